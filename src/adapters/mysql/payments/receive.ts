// What a provider has told: the event's id, the payment and its order, in one transaction.

import assert from 'node:assert/strict'
import type { Order } from '../../../domain/order.ts'
import {
  changeBy,
  type Payment,
  type PaymentChange,
  type PaymentEvent,
} from '../../../domain/payment.ts'
import type { Payments, ReceivedEvent } from '../../../ports/payments.ts'
import { orNull } from '../../sql/columns.ts'
import { paymentOf, type PaymentRow } from '../../sql/order.ts'
import type { Database, Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'
import { databaseOf, tableOf } from '../order-tables.ts'
import { lockOrder } from '../orders/lock-order.ts'
import { leaveWord } from '../rows/order-changes.ts'
import { READ_PAYMENT } from './payment-rows.ts'

export const receivingPayments = ({ mysql }: StoreDeps): Pick<Payments, 'receive'> => ({
  async receive(event, nowMs) {
    const database = databaseOf(mysql, event.paymentId)
    return database.write((transaction) => receiveOne({ transaction, database, nowMs }, event))
  },
})

interface At {
  transaction: Statements
  database: Database
  nowMs: number
}

const receiveOne = async (at: At, event: PaymentEvent): Promise<ReceivedEvent> => {
  const { transaction, nowMs } = at
  const seen = await readPayment(transaction, event)
  if (seen === undefined) return { result: 'no-such-payment' }
  const order = await lockOrder(transaction, seen.orderId)
  const payment = await readPayment(transaction, event)
  if (payment === undefined) return { result: 'no-such-payment' }
  if (!(await insertEvent(transaction, event, nowMs))) return { result: 'repeated', payment }
  assert(order, 'a payment has an order')
  const change = changeBy(event, { payment, orderStatus: order.status })
  if (change.status === 'unchanged') return { result: 'unchanged', payment }
  await note(at, { event, change, order })
  return { result: 'changed', payment: (await readPayment(transaction, event))! }
}

const readPayment = async (
  transaction: Statements,
  { paymentId }: PaymentEvent,
): Promise<Payment | undefined> => {
  const [row] = await transaction.query<PaymentRow>(READ_PAYMENT, [paymentId])
  return row && paymentOf(row)
}

const INSERT_EVENT = `
  insert into payment_events (event_id, payment_id, type, received_at)
  values (?, ?, ?, ?)
  on duplicate key update event_id = event_id
`

// False: it was told before.
const insertEvent = async (
  transaction: Statements,
  { eventId, paymentId, type }: PaymentEvent,
  nowMs: number,
): Promise<boolean> =>
  (await transaction.change(INSERT_EVENT, [eventId, paymentId, type, nowMs])) === 1

const UPDATE = `
  update payments
  set status = ?, reason = ?, received_amount = ?, received_currency = ?, changed_at = ?
  where payment_id = ?
`

const payIn = (table: string) => `
  update ${table}
  set status = 'paid', changed_at = ?
  where order_id = ? and status = 'pending'
`

const note = async (
  { transaction, database, nowMs }: At,
  { event, change, order }: { event: PaymentEvent; change: PaymentChange; order: Order },
): Promise<void> => {
  const { paymentId } = event
  const { orderId, saleId, buyerId } = order
  const reason = orNull(change.status === 'refund-due' ? change.reason : undefined)
  const came = change.status === 'failed' ? undefined : event
  const money = [orNull(came?.amount), orNull(came?.currency)]
  await transaction.change(UPDATE, [change.status, reason, ...money, nowMs, paymentId])
  const word = { orderId, saleId, buyerId, nowMs }
  if (change.status === 'succeeded') {
    const paid = await transaction.change(payIn(tableOf(orderId)), [nowMs, orderId])
    assert(paid === 1, 'it was pending')
    await leaveWord(transaction, database, [{ ...word, change: 'paid' }])
  }
  if (change.status === 'refund-due')
    await leaveWord(transaction, database, [{ ...word, paymentId, change: 'refund-due' }])
}
