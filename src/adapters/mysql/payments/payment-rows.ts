// How payments are selected.

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
