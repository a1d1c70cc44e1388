// What a shop is told of a change of an order. `status` is the change, not what became of the order
// later; the terms of an order never change, so that they can be read when the event is made.

import { instant } from '../../domain/instant.ts'
import type { Order } from '../../domain/order.ts'
import type { Payment } from '../../domain/payment.ts'
import type { WebhookEvent } from '../../domain/webhook-event.ts'
import type { OrderChange } from '../../ports/order-changes.ts'

export const orderEvent = (
  change: OrderChange,
  { order, payment }: { order: Order; payment: Payment | undefined },
): WebhookEvent => {
  const { changeId, orderId } = change
  const type = `order.${change.change}` as const
  return {
    eventId: `order-${orderId}-${change.change}-${changeId}`,
    type,
    subject: `order ${orderId}`,
    payload: JSON.stringify({
      type,
      timestamp: instant(change.atMs),
      data: { ...orderTerms(change, order), ...(payment && { payment: paymentTerms(payment) }) },
    }),
  }
}

const orderTerms = ({ change, atMs }: OrderChange, order: Order) => ({
  orderId: order.orderId,
  saleId: order.saleId,
  buyerId: order.buyerId,
  units: order.units,
  price: order.price,
  currency: order.currency,
  status: change,
  at: instant(atMs),
  createdAt: instant(order.createdAtMs),
  payBy: instant(order.payByMs),
})

// What came is what is owed.
const paymentTerms = ({ paymentId, reason, received, amount, currency }: Payment) => ({
  paymentId,
  reason,
  amount,
  currency,
  ...received,
})
