// Money: a paid order was bought by exactly one payment, of what it costs; money that bought nothing, or
// whose order was refunded, is owed back or given back, for a reason that is true. An order and its
// payments change in one transaction, so this holds at every instant.

import type { Books, OrderRow, PaymentRow } from '../books.ts'
import { list } from '../lives.ts'

export const paidForOnce = ({ orders, payments }: Books): string[] =>
  orders
    .values()
    .flatMap((order) => {
      const of = payments.get(order.orderId) ?? []
      return [...bought(order, of), ...of.flatMap((payment) => paymentAgrees(order, payment))]
    })
    .toArray()

const bought = ({ orderId, status }: OrderRow, payments: PaymentRow[]): string[] => {
  const ids = payments
    .filter((payment) => payment.status === 'succeeded')
    .map(({ paymentId }) => paymentId)
  if (status === 'paid' && ids.length === 0)
    return [`order ${orderId} is paid, and no payment of it succeeded`]
  if (status === 'paid' && ids.length > 1)
    return [`order ${orderId} is paid by more than one payment: ${list(ids)}`]
  if (status !== 'paid' && ids.length > 0)
    return [`order ${orderId} is ${status}, and payment ${list(ids)} succeeded`]
  if (status === 'refunded' && !payments.some(({ reason }) => reason === 'order-refunded'))
    return [`order ${orderId} is refunded, and no payment of it is owed back or given back`]
  return []
}

const OWED = new Set(['refund-due', 'refunded'])
const NOT_COME = new Set(['started', 'failed'])

const paymentAgrees = (order: OrderRow, payment: PaymentRow): string[] => {
  const { orderId } = order
  const { paymentId, status, reason } = payment
  const named = `payment ${paymentId} of order ${orderId}`
  const price = spelled(order.price * order.units, order.currency)
  const amount = spelled(payment.amount, payment.currency)
  if (amount !== price) return [`${named} is of ${amount}, the order costs ${price}`]
  const came = spelled(payment.receivedAmount, payment.receivedCurrency)
  if (NOT_COME.has(status))
    return came === NOTHING ? [] : [`${named} is ${status}, and ${came} came`]
  if (status === 'succeeded')
    return came === amount ? [] : [`${named} succeeded, and ${came} came, of ${amount}`]
  if (!OWED.has(status)) return [`${named} has the unknown status ${status}`]
  if (came === NOTHING) return [`${named} is ${status}, and nothing came`]
  return isTrue(order, payment) ? [] : [`${named} is ${status} as ${reason}, which is not so`]
}

const NOTHING = 'nothing'

const spelled = (amount: number | null, currency: string | null): string =>
  amount === null ? NOTHING : `${amount} ${currency}`

// Is what is written as the reason to give money back the case?
const isTrue = ({ status }: OrderRow, payment: PaymentRow): boolean => {
  const { reason, amount, currency, receivedAmount, receivedCurrency } = payment
  if (reason === 'wrong-currency') return receivedCurrency !== currency
  if (receivedCurrency !== currency) return false
  if (reason === 'wrong-amount') return receivedAmount !== amount
  if (receivedAmount !== amount) return false
  if (reason === 'already-paid') return status === 'paid' || status === 'refunded'
  return FINAL.has(status) && reason === `order-${status}`
}

const FINAL = new Set(['cancelled', 'expired', 'refunded', 'rejected'])
