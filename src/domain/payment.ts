// Money for an order, and the states a payment may pass through.
//
//   started ─┬─► succeeded ─► refund-due ─► refunded      it bought its order, which was refunded later
//     │      ├──────────────► refund-due ─► refunded      it came and bought nothing
//     └─► failed ─► as from `started`                     providers reorder: what came has come
//
// Money never buys an order that is not pending at that very moment, and never for another amount.

import type { OrderId } from './ids.ts'
import type { Order, OrderStatus } from './order.ts'

export type PaymentId = string

export const PAYMENT_STATUSES = [
  'started',
  'succeeded',
  'failed',
  'refund-due',
  'refunded',
] as const
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number]

// Why money is owed back.
export const REFUND_REASONS = [
  'wrong-currency',
  'wrong-amount',
  'already-paid',
  'order-cancelled',
  'order-expired',
  'order-refunded',
  'order-rejected',
] as const
export type RefundReason = (typeof REFUND_REASONS)[number]

export interface Money {
  amount: number // minor units of `currency`
  currency: string
}

export interface Payment extends Money {
  paymentId: PaymentId
  orderId: OrderId
  provider: string
  status: PaymentStatus
  reason: RefundReason | undefined // of `refund-due` and `refunded`
  received: Money | undefined // what came, by the provider's word
  createdAtMs: number
  changedAtMs: number
}

export const PAYMENT_EVENTS = ['payment.succeeded', 'payment.failed'] as const

// What a provider tells of a payment. One event keeps its id however often it is told.
export interface PaymentEvent extends Money {
  eventId: string
  type: (typeof PAYMENT_EVENTS)[number]
  paymentId: PaymentId
}

export const amountOf = ({ price, units, currency }: Order): Money => ({
  amount: price * units,
  currency,
})

export type PaymentChange =
  | { status: 'succeeded' } // and the order is paid, in the same transaction
  | { status: 'failed' }
  | { status: 'refund-due'; reason: RefundReason }
  | { status: 'unchanged' }

// What an event makes of a payment whose order is in this status.
export const changeBy = (
  event: PaymentEvent,
  { payment, orderStatus }: { payment: Payment; orderStatus: OrderStatus },
): PaymentChange => {
  const { status } = payment
  if (status !== 'started' && status !== 'failed') return { status: 'unchanged' }
  if (event.type === 'payment.failed')
    return { status: status === 'started' ? 'failed' : 'unchanged' }
  if (event.currency !== payment.currency) return { status: 'refund-due', reason: 'wrong-currency' }
  if (event.amount !== payment.amount) return { status: 'refund-due', reason: 'wrong-amount' }
  if (orderStatus === 'pending') return { status: 'succeeded' }
  const reason = orderStatus === 'paid' ? 'already-paid' : (`order-${orderStatus}` as const)
  return { status: 'refund-due', reason }
}

// Of all payments of an order, oldest first: the one that bought it, or the newest.
export const paymentThatCounts = (payments: Payment[]): Payment | undefined =>
  payments.find(({ status }) => status === 'succeeded') ?? payments.at(-1)

export const owesMoney = (payments: Payment[]): boolean =>
  payments.some(({ status }) => status === 'refund-due')
