// Orders of buyers, wherever they are by now: in the store, or still in transit in the engine.

import type { BuyerId, OrderId, SaleId } from '../../domain/ids.ts'
import type { Order } from '../../domain/order.ts'
import type { Payment } from '../../domain/payment.ts'
import type { Sale } from '../../domain/sale.ts'
import type { Ports } from '../../ports/ports.ts'
import type { HeldMark } from '../../ports/stock.ts'
import { engineState } from '../stock/reconcile.ts'

export interface OrderKey {
  orderId: OrderId
  buyerId: BuyerId
  sale: Sale | undefined // without one only what is stored is found, of any sale
}

export type FoundOrder = Order | OrderInTransit

export interface OrderInTransit extends HeldMark {
  status: 'in-transit'
  saleId: SaleId
  price: number
  currency: string
}

export interface SeenOrder {
  order: FoundOrder
  payments: Payment[] // oldest first
}

// Undefined: there is no such order, or it is another buyer's or another sale's. While the engine of
// this sale is being rebuilt nobody can say so of an order that is not stored yet: `rebuilding`.
export const readOrder = async (
  ports: Pick<Ports, 'ledger' | 'orders' | 'stock'>,
  key: OrderKey,
): Promise<FoundOrder | 'rebuilding' | undefined> => {
  const [stored] = await ports.orders.read([key.orderId])
  if (stored) return ownOrder(stored, key)
  return (await readUnstored(ports, [key])).get(key)
}

// Many at once, with what was paid for them, in the order asked.
export const readOrders = async (
  ports: Pick<Ports, 'ledger' | 'orders' | 'payments' | 'stock'>,
  keys: OrderKey[],
): Promise<(SeenOrder | 'rebuilding' | undefined)[]> => {
  const orderIds = keys.map(({ orderId }) => orderId)
  const [stored, paid] = await Promise.all([
    ports.orders.read(orderIds),
    ports.payments.readOf(orderIds),
  ])
  const paymentsOf = Map.groupBy(paid, ({ orderId }) => orderId)
  const unstored = await readUnstored(
    ports,
    keys.filter((_, at) => stored[at] === undefined),
  )
  return keys.map((key, at) => {
    const order = stored[at] ? ownOrder(stored[at], key) : unstored.get(key)
    if (order === undefined || order === 'rebuilding') return order
    return { order, payments: paymentsOf.get(key.orderId) ?? [] }
  })
}

type Unstored = Map<OrderKey, FoundOrder | 'rebuilding'>

// Orders that were not in the store: each sale's engine is asked once.
const readUnstored = async (
  ports: Pick<Ports, 'ledger' | 'orders' | 'stock'>,
  keys: OrderKey[],
): Promise<Unstored> => {
  const found: Unstored = new Map()
  const sales = Map.groupBy(keys, ({ sale }) => sale?.saleId)
  await Promise.all(
    [...sales.values()].map(async (own) => {
      if (own[0]!.sale) await readOfSale(ports, { sale: own[0]!.sale, keys: own, found })
    }),
  )
  return found
}

const readOfSale = async (
  ports: Pick<Ports, 'ledger' | 'orders' | 'stock'>,
  { sale, keys, found }: { sale: Sale; keys: OrderKey[]; found: Unstored },
): Promise<void> => {
  const { saleId, price, currency } = sale
  const buyerIds = keys.map(({ buyerId }) => buyerId)
  const held = await ports.stock.readBuyers({ saleId, buyerIds })
  for (const [at, key] of keys.entries()) {
    const mark = held[at]
    if (mark?.orderId === key.orderId)
      found.set(key, { ...mark, status: 'in-transit', saleId, price, currency })
  }
  const others = keys.filter((key) => !found.has(key))
  if (others.length === 0) return
  const rebuilding = await isRebuilding(ports, sale)
  // They may have been recorded between the two looks.
  const recorded = await ports.orders.read(others.map(({ orderId }) => orderId))
  for (const [at, key] of others.entries()) {
    const order = ownOrder(recorded[at], key) ?? (rebuilding ? 'rebuilding' : undefined)
    if (order) found.set(key, order)
  }
}

const isRebuilding = async (ports: Pick<Ports, 'ledger' | 'stock'>, sale: Sale) => {
  if (sale.leftEngineAtMs !== undefined) return false
  const segments = await ports.stock.read(sale.saleId)
  const [epoch = 0] = await ports.ledger.readEpochs([sale.saleId])
  return epoch > 0 && engineState(segments, epoch) !== 'open'
}

const ownOrder = (order: Order | undefined, { buyerId, sale }: OrderKey): Order | undefined => {
  if (order?.buyerId !== buyerId) return undefined
  return sale === undefined || sale.saleId === order.saleId ? order : undefined
}
