// Payment rows as they are read: what came is there as a whole or not at all.

import type { Payment, RefundReason } from '../../../domain/payment.ts'
import { orUndefined } from '../rows/columns.ts'

export const PAYMENT = `
  select
    cast(payment_id as char) as paymentId,
    cast(order_id as char) as orderId,
    provider,
    amount,
    currency,
    status,
    reason,
    received_amount as receivedAmount,
    received_currency as receivedCurrency,
    created_at as createdAtMs,
    changed_at as changedAtMs
  from payments
`

export const READ_PAYMENT = `${PAYMENT}
  where payment_id = ?
`

// Of one order, or of several.
export const READ_PAYMENTS_OF = `${PAYMENT}
  where order_id in (?)
  order by payment_id
`

export interface PaymentRow extends Omit<Payment, 'reason' | 'received'> {
  reason: RefundReason | null
  receivedAmount: number | null
  receivedCurrency: string | null
}

export const paymentOf = (row: PaymentRow): Payment => {
  const { receivedAmount: amount, receivedCurrency: currency, ...same } = row
  return {
    ...same,
    reason: orUndefined(row.reason),
    received: amount === null || currency === null ? undefined : { amount, currency },
  }
}
