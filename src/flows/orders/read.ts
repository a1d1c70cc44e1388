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
  if (stored || !key.sale) return ownOrder(stored, key)
  const { saleId, price, currency } = key.sale
  const [held] = await ports.stock.readBuyers({ saleId, buyerIds: [key.buyerId] })
  if (held?.orderId === key.orderId)
    return { ...held, status: 'in-transit', saleId, price, currency }
  const rebuilding = await isRebuilding(ports, key.sale)
  // It may have been recorded between the two looks.
  const [recorded] = await ports.orders.read([key.orderId])
  return ownOrder(recorded, key) ?? (rebuilding ? 'rebuilding' : undefined)
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
  const seen = keys.map(async (key, at) => {
    const order = stored[at] ? ownOrder(stored[at], key) : await readOrder(ports, key)
    if (order === undefined || order === 'rebuilding') return order
    return { order, payments: paymentsOf.get(key.orderId) ?? [] }
  })
  return Promise.all(seen)
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
