// What orders and payments look like in JSON: ids as strings, instants in RFC 3339, money in minor units.

import { readOrderId } from '../domain/ids.ts'
import { owesMoney, type Payment, paymentThatCounts } from '../domain/payment.ts'
import type { ListedOrder } from '../flows/orders/list.ts'
import type { FoundOrder, SeenOrder } from '../flows/orders/read.ts'
import type { LedgerRow } from '../ports/ledger.ts'
import { instant } from './views.ts'

// An order as its buyer sees it.
export const orderView = ({ order, payments }: SeenOrder) => {
  if (order.status !== 'in-transit') return storedOrderView({ order, payments })
  return { ...termsOf(order), createdAt: instant(readOrderId(order.orderId).createdAtMs) }
}

export const storedOrderView = ({ order, payments }: ListedOrder) => {
  const payment = paymentThatCounts(payments)
  return {
    ...termsOf(order),
    createdAt: instant(order.createdAtMs),
    payBy: instant(order.payByMs),
    changedAt: instant(order.changedAtMs),
    ...(payment && { payment: { paymentId: payment.paymentId, status: payment.status } }),
    ...(owesMoney(payments) && { refundDue: true as const }),
  }
}

const termsOf = (order: FoundOrder) => {
  const { orderId, saleId, buyerId, units, price, currency, status } = order
  return { orderId, saleId, buyerId, units, price, currency, status }
}

// The same with everything that is known of it, for operators.
export const operatorOrder = (seen: ListedOrder, ledger: LedgerRow | undefined) => ({
  ...storedOrderView(seen),
  payments: seen.payments.map(paymentView),
  ledger: ledger ? [ledger.decision, ...(ledger.released ? ['released'] : [])] : [],
})

export const paymentView = ({ createdAtMs, changedAtMs, ...same }: Payment) => ({
  ...same,
  createdAt: instant(createdAtMs),
  changedAt: instant(changedAtMs),
})
