// One order of one buyer, wherever it is by now: in the store, or still in transit in the engine.

import type { BuyerId, OrderId, SaleId } from '../../domain/ids.ts'
import type { Order } from '../../domain/order.ts'
import type { Sale } from '../../domain/sale.ts'
import type { Ports } from '../../ports/ports.ts'
import type { HeldMark } from '../../ports/stock.ts'
import { engineState } from '../stock/reconcile.ts'

export type FoundOrder = Order | ({ status: 'in-transit'; saleId: SaleId } & HeldMark)

// Undefined: there is no such order, or it is another buyer's or another sale's. While the engine of
// this sale is being rebuilt nobody can say so of an order that is not stored yet: `rebuilding`.
export const readOrder = async (
  ports: Pick<Ports, 'ledger' | 'orders' | 'stock'>,
  of: { orderId: OrderId; sale: Sale; buyerId: BuyerId },
): Promise<FoundOrder | 'rebuilding' | undefined> => {
  const { saleId } = of.sale
  const stored = await readStored(ports, of)
  if (stored) return stored
  const [held] = await ports.stock.readBuyers({ saleId, buyerIds: [of.buyerId] })
  if (held?.orderId === of.orderId) return { ...held, status: 'in-transit', saleId }
  const rebuilding = await isRebuilding(ports, of.sale)
  // It may have been recorded between the two looks.
  return (await readStored(ports, of)) ?? (rebuilding ? 'rebuilding' : undefined)
}

const isRebuilding = async (ports: Pick<Ports, 'ledger' | 'stock'>, sale: Sale) => {
  if (sale.leftEngineAtMs !== undefined) return false
  const segments = await ports.stock.read(sale.saleId)
  const [epoch = 0] = await ports.ledger.readEpochs([sale.saleId])
  return epoch > 0 && engineState(segments, epoch) !== 'open'
}

const readStored = async (
  ports: Pick<Ports, 'orders'>,
  of: { orderId: OrderId; sale: Sale; buyerId: BuyerId },
): Promise<Order | undefined> => {
  const [order] = await ports.orders.read([of.orderId])
  return order?.buyerId === of.buyerId && order.saleId === of.sale.saleId ? order : undefined
}
