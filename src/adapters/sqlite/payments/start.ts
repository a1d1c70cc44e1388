// Starts payments: one at a time per order, for what the order costs.

import assert from 'node:assert/strict'
import { amountOf } from '../../../domain/payment.ts'
import {
  type NewPayment,
  type Payments,
  PAYMENTS_PER_ORDER_MAX,
  type StartedPayment,
} from '../../../ports/payments.ts'
import { orderOf, type OrderRow, paymentOf, type PaymentRow } from '../../sql/order.ts'
import type { StoreDeps } from '../database.ts'
import { READ_ORDER } from '../orders/order-rows.ts'
import { READ_PAYMENT, READ_PAYMENTS_OF } from './payment-rows.ts'

const INSERT = `
  insert into payments (
    payment_id, order_id, provider, amount, currency, status, created_at, changed_at)
  values (?1, ?2, ?3, ?4, ?5, 'started', ?6, ?6)
`

export const startingPayments = ({ database }: StoreDeps): Pick<Payments, 'start'> => {
  const insert = database.change(INSERT)
  const readOrder = database.select<OrderRow>(READ_ORDER)
  const readOne = database.select<PaymentRow>(READ_PAYMENT)
  const readAll = database.select<PaymentRow>(READ_PAYMENTS_OF)

  const startOne = ({ paymentId, orderId, provider, nowMs }: NewPayment): StartedPayment => {
    const row = readOrder.get(orderId)
    assert(row, 'only an order that exists is paid for')
    const order = orderOf(row)
    if (order.status !== 'pending') return { result: 'not-pending', orderStatus: order.status }
    const before = readAll.all(orderId).map(paymentOf)
    const started = before.find(({ status }) => status === 'started')
    if (started) return { result: 'started', payment: started, isNew: false }
    if (before.length >= PAYMENTS_PER_ORDER_MAX) return { result: 'too-many' }
    const { amount, currency } = amountOf(order)
    insert(paymentId, orderId, provider, amount, currency, nowMs)
    return { result: 'started', payment: paymentOf(readOne.get(paymentId)!), isNew: true }
  }

  return { start: async (payment) => database.write(() => startOne(payment)) }
}
