// Starts payments: one at a time per order, for what the order costs.

import assert from 'node:assert/strict'
import { amountOf } from '../../../domain/payment.ts'
import {
  type NewPayment,
  type Payments,
  PAYMENTS_PER_ORDER_MAX,
  type StartedPayment,
} from '../../../ports/payments.ts'
import { paymentOf, type PaymentRow } from '../../sql/order.ts'
import type { Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'
import { databaseOf } from '../order-tables.ts'
import { lockOrder } from '../orders/lock-order.ts'
import { READ_PAYMENT, READ_PAYMENTS_OF } from './payment-rows.ts'

export const startingPayments = ({ mysql }: StoreDeps): Pick<Payments, 'start'> => ({
  start: async (payment) =>
    databaseOf(mysql, payment.orderId).write((transaction) => startOne(transaction, payment)),
})

const INSERT = `
  insert into payments (
    payment_id, order_id, provider, amount, currency, status, created_at, changed_at)
  values (?, ?, ?, ?, ?, 'started', ?, ?)
`

const startOne = async (
  transaction: Statements,
  { paymentId, orderId, provider, nowMs }: NewPayment,
): Promise<StartedPayment> => {
  const order = await lockOrder(transaction, orderId)
  assert(order, 'only an order that exists is paid for')
  if (order.status !== 'pending') return { result: 'not-pending', orderStatus: order.status }
  const before = await transaction.query<PaymentRow>(READ_PAYMENTS_OF, [[orderId]])
  const started = before.find(({ status }) => status === 'started')
  if (started) return { result: 'started', payment: paymentOf(started), isNew: false }
  if (before.length >= PAYMENTS_PER_ORDER_MAX) return { result: 'too-many' }
  const { amount, currency } = amountOf(order)
  const values = [paymentId, orderId, provider, amount, currency, nowMs, nowMs]
  await transaction.change(INSERT, values)
  const [row] = await transaction.query<PaymentRow>(READ_PAYMENT, [paymentId])
  return { result: 'started', payment: paymentOf(row!), isNew: true }
}
