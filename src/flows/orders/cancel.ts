// A buyer, or an operator in his place, gives a pending order up. Its units are for sale again within a
// second: all steps of the release are done before the answer, and the keeper finishes them if this
// process dies.

import type { OrderId } from '../../domain/ids.ts'
import type { Order } from '../../domain/order.ts'
import type { Ports } from '../../ports/ports.ts'
import { type OrderKey, readOrder } from './read.ts'
import { releaseOrders } from './release.ts'

type CancelPorts = Pick<Ports, 'clock' | 'ledger' | 'orders' | 'stock'>

export type Cancelled =
  | { result: 'cancelled'; order: Order } // by this call or by an earlier one
  | { result: 'too-late'; order: Order } // paid, expired, refunded or rejected
  | { result: 'in-transit' } // not recorded yet: ask again in a second
  | { result: 'rebuilding' } // nobody can say now
  | { result: 'no-such-order' }

export const cancelOrder = async (ports: CancelPorts, key: OrderKey): Promise<Cancelled> => {
  const found = await readOrder(ports, key)
  if (found === undefined) return { result: 'no-such-order' }
  if (found === 'rebuilding') return { result: 'rebuilding' }
  if (found.status === 'in-transit') return { result: 'in-transit' }
  return cancelStored(ports, { orderId: key.orderId })
}

// For an operator; why is in the audit log. An order that is only in transit does not exist here.
export const cancelByOperator = (
  ports: CancelPorts,
  { orderId, ...operator }: { orderId: OrderId; by: string; reason: string },
): Promise<Cancelled> => cancelStored(ports, { orderId, operator })

const cancelStored = async (
  ports: CancelPorts,
  of: { orderId: OrderId; operator?: { by: string; reason: string } },
): Promise<Cancelled> => {
  const change = { ...of, reason: 'cancelled', nowMs: ports.clock.nowMs() } as const
  const { order } = await ports.orders.release(change)
  if (order === undefined) return { result: 'no-such-order' }
  if (order.status !== 'cancelled') return { result: 'too-late', order }
  await releaseOrders(ports, [change])
  return { result: 'cancelled', order }
}
