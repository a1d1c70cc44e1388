// One order of one buyer, wherever it is by now: in the store, or still in transit in the engine.

import type { BuyerId, OrderId, SaleId } from '../../domain/ids.ts'
import type { Order } from '../../domain/order.ts'
import type { Ports } from '../../ports/ports.ts'
import type { HeldMark } from '../../ports/stock.ts'

export type FoundOrder = Order | ({ status: 'in-transit'; saleId: SaleId } & HeldMark)

// Undefined: there is no such order, or it is another buyer's or another sale's.
export const readOrder = async (
  ports: Pick<Ports, 'orders' | 'stock'>,
  of: { orderId: OrderId; saleId: SaleId; buyerId: BuyerId },
): Promise<FoundOrder | undefined> => {
  const stored = await readStored(ports, of)
  if (stored) return stored
  const [held] = await ports.stock.readBuyers({ saleId: of.saleId, buyerIds: [of.buyerId] })
  if (held?.orderId === of.orderId) return { ...held, status: 'in-transit', saleId: of.saleId }
  // It may have been recorded between the two looks.
  return readStored(ports, of)
}

const readStored = async (
  ports: Pick<Ports, 'orders'>,
  of: { orderId: OrderId; saleId: SaleId; buyerId: BuyerId },
): Promise<Order | undefined> => {
  const [order] = await ports.orders.read([of.orderId])
  return order?.buyerId === of.buyerId && order.saleId === of.saleId ? order : undefined
}
