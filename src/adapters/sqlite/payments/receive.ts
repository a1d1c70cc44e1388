// What a provider has told: the event's id, the payment and its order, in one transaction.

import assert from 'node:assert/strict'
import {
  changeBy,
  type PaymentChange,
  type PaymentEvent,
  type PaymentId,
} from '../../../domain/payment.ts'
import type { Payments, ReceivedEvent } from '../../../ports/payments.ts'
import { orNull } from '../../sql/columns.ts'
import { type OrderRow, paymentOf, type PaymentRow } from '../../sql/order.ts'
import type { StoreDeps } from '../database.ts'
import { READ_ORDER } from '../orders/order-rows.ts'
import { orderChanges } from '../rows/order-changes.ts'
import { READ_PAYMENT } from './payment-rows.ts'

const INSERT_EVENT = `
  insert into payment_events (event_id, payment_id, type, received_at)
  values (?, ?, ?, ?)
  on conflict (event_id) do nothing
`

const UPDATE = `
  update payments
  set status = ?, reason = ?, received_amount = ?, received_currency = ?, changed_at = ?
  where payment_id = ?
`

// Whoever comes first has the order: an expiry or a cancellation needs it pending, too.
const PAY_ORDER = `
  update orders
  set status = 'paid', changed_at = ?
  where order_id = ? and status = 'pending'
`

export const receivingPayments = ({ database }: StoreDeps): Pick<Payments, 'receive'> => {
  const insertEvent = database.change(INSERT_EVENT)
  const update = database.change(UPDATE)
  const payOrder = database.change(PAY_ORDER)
  const readOrder = database.select<OrderRow>(READ_ORDER)
  const readOne = database.select<PaymentRow>(READ_PAYMENT)
  const noteChange = orderChanges(database)

  const note = (
    order: OrderRow,
    change: PaymentChange,
    of: { paymentId: PaymentId; nowMs: number },
  ) => {
    const { orderId, saleId, buyerId } = order
    const at = { orderId, saleId, buyerId, nowMs: of.nowMs }
    if (change.status === 'succeeded') noteChange({ ...at, change: 'paid' })
    if (change.status === 'refund-due') noteChange({ ...at, ...of, change: 'refund-due' })
  }

  const receiveOne = (event: PaymentEvent, nowMs: number): ReceivedEvent => {
    const { eventId, paymentId, type } = event
    const row = readOne.get(paymentId)
    if (row === undefined) return { result: 'no-such-payment' }
    const payment = paymentOf(row)
    if (insertEvent(eventId, paymentId, type, nowMs) === 0) return { result: 'repeated', payment }
    const { orderId } = payment
    const order = readOrder.get(orderId)!
    const change = changeBy(event, { payment, orderStatus: order.status })
    if (change.status === 'unchanged') return { result: 'unchanged', payment }
    if (change.status === 'succeeded') assert(payOrder(nowMs, orderId) === 1, 'it was pending')
    const reason = orNull(change.status === 'refund-due' ? change.reason : undefined)
    const came = change.status === 'failed' ? undefined : event
    update(change.status, reason, orNull(came?.amount), orNull(came?.currency), nowMs, paymentId)
    note(order, change, { paymentId, nowMs })
    return { result: 'changed', payment: paymentOf(readOne.get(paymentId)!) }
  }

  return { receive: async (event, nowMs) => database.write(() => receiveOne(event, nowMs)) }
}
