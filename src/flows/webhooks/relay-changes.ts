// Makes deliveries of what happened to orders. Stopped between the two steps, the same changes are read
// again and make the same events, which no endpoint gets twice.

import type { Order } from '../../domain/order.ts'
import type { Payment } from '../../domain/payment.ts'
import type { WebhookEvent } from '../../domain/webhook-event.ts'
import type { OrderChange } from '../../ports/order-changes.ts'
import type { Ports } from '../../ports/ports.ts'
import { orderEvent } from './order-event.ts'

type RelayPorts = Pick<Ports, 'clock' | 'orderChanges' | 'orders' | 'payments' | 'webhooks'>

export const relayChanges = async (
  ports: RelayPorts,
  { limit }: { limit: number },
): Promise<{ changes: number }> => {
  const changes = await ports.orderChanges.read({ limit })
  if (changes.length === 0) return { changes: 0 }
  const events = await eventsOf(ports, await wanted(ports, changes))
  if (events.length > 0) await ports.webhooks.enqueue({ events, nowMs: ports.clock.nowMs() })
  await ports.orderChanges.finish(changes.map(({ changeId }) => changeId))
  return { changes: changes.length }
}

const wanted = async ({ webhooks }: RelayPorts, changes: OrderChange[]) => {
  const enabled = (await webhooks.listEndpoints()).filter((endpoint) => endpoint.enabled)
  const types = new Set(enabled.flatMap((endpoint) => endpoint.types))
  return changes.filter(({ change }) => types.has(`order.${change}`))
}

// Nobody is told of an order that was forgotten since: it was old when the change was made.
const eventsOf = async (ports: RelayPorts, changes: OrderChange[]): Promise<WebhookEvent[]> => {
  const orderIds = [...new Set(changes.map(({ orderId }) => orderId))]
  const paid = changes.filter(({ paymentId }) => paymentId !== undefined)
  const [orders, payments] = await Promise.all([
    orderIds.length === 0 ? [] : ports.orders.read(orderIds),
    paid.length === 0 ? [] : ports.payments.readOf(paid.map(({ orderId }) => orderId)),
  ])
  const orderOf = new Map<string, Order>(orders.flatMap((one) => (one ? [[one.orderId, one]] : [])))
  const paymentOf = new Map<string, Payment>(payments.map((one) => [one.paymentId, one]))
  return changes.flatMap((change) => {
    const order = orderOf.get(change.orderId)
    const payment = paymentOf.get(change.paymentId ?? '')
    return order === undefined ? [] : [orderEvent(change, { order, payment })]
  })
}
