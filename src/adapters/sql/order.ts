// Rows of orders and of their payments.

import type { Order } from '../../domain/order.ts'
import type { Payment, RefundReason } from '../../domain/payment.ts'
import { orUndefined, tokensOf } from './columns.ts'

export type OrderRow = Omit<Order, 'stockTokens'> & { stockTokens: string }

export const orderOf = (row: OrderRow): Order => ({
  ...row,
  stockTokens: tokensOf(row.stockTokens),
})

export interface PaymentRow extends Omit<Payment, 'reason' | 'received'> {
  reason: RefundReason | null
  receivedAmount: number | null
  receivedCurrency: string | null
}

// What came is there as a whole or not at all.
export const paymentOf = (row: PaymentRow): Payment => {
  const { receivedAmount: amount, receivedCurrency: currency, ...same } = row
  return {
    ...same,
    reason: orUndefined(row.reason),
    received: amount === null || currency === null ? undefined : { amount, currency },
  }
}
