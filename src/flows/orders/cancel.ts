// A buyer gives a pending order up. Its units are for sale again within a second: all steps of the
// release are done before the answer, and the keeper finishes them if this process dies.

import type { BuyerId, OrderId } from '../../domain/ids.ts'
import type { Order } from '../../domain/order.ts'
import type { Sale } from '../../domain/sale.ts'
import type { Ports } from '../../ports/ports.ts'
import { readOrder } from './read.ts'
import { releaseOrders } from './release.ts'

export type Cancelled =
  | { result: 'cancelled'; order: Order } // by this call or by an earlier one
  | { result: 'too-late'; order: Order } // paid, expired, refunded or rejected
  | { result: 'in-transit' } // not recorded yet: ask again in a second
  | { result: 'rebuilding' } // nobody can say now
  | { result: 'no-such-order' }

export const cancelOrder = async (
  ports: Pick<Ports, 'clock' | 'ledger' | 'orders' | 'stock'>,
  of: { orderId: OrderId; sale: Sale; buyerId: BuyerId },
): Promise<Cancelled> => {
  const found = await readOrder(ports, of)
  if (found === undefined) return { result: 'no-such-order' }
  if (found === 'rebuilding') return { result: 'rebuilding' }
  if (found.status === 'in-transit') return { result: 'in-transit' }
  const nowMs = ports.clock.nowMs()
  const change = { orderId: of.orderId, reason: 'cancelled', nowMs } as const
  const { order } = await ports.orders.release(change)
  if (order === undefined) return { result: 'no-such-order' }
  if (order.status !== 'cancelled') return { result: 'too-late', order }
  await releaseOrders(ports, [change])
  return { result: 'cancelled', order }
}
