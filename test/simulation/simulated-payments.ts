// Payments, as far as orders are concerned: money that comes while its order is pending pays it, in the
// same transaction. One payment per order; what is owed back is no matter of units, and not kept.

import assert from 'node:assert/strict'
import type { Order } from '../../src/domain/order.ts'
import { amountOf, type Payment } from '../../src/domain/payment.ts'
import type { Payments } from '../../src/ports/payments.ts'
import type { Model } from './remote.ts'
import type { Shard } from './simulated-orders.ts'

export const simulatedPayments = ({ orders }: Shard): Model<Payments> => ({
  start: () => assert.fail('nobody starts a payment here'),
  takeRefunds: () => [],
  finishRefund: () => undefined,
  receive({ paymentId }, nowMs) {
    const order = orders.get(paymentId)
    if (order === undefined) return { result: 'no-such-payment' }
    if (order.status !== 'pending') return { result: 'unchanged', payment: paymentOf(order) }
    orders.set(paymentId, { ...order, status: 'paid', changedAtMs: nowMs })
    return { result: 'changed', payment: paymentOf(order) }
  },
  readOf: () => [],
  wantRefunds: () => [],
})

const paymentOf = (order: Order): Payment => ({
  ...amountOf(order),
  paymentId: order.orderId,
  orderId: order.orderId,
  provider: 'simulated',
  status: 'succeeded',
  reason: undefined,
  received: undefined,
  createdAtMs: order.createdAtMs,
  changedAtMs: order.changedAtMs,
})
