// How orders are selected.

export const ORDER = `
  select
    cast(order_id as text) as orderId,
    cast(sale_id as text) as saleId,
    cast(buyer_id as text) as buyerId,
    units,
    price,
    currency,
    status,
    stock_tokens as stockTokens,
    created_at as createdAtMs,
    pay_by as payByMs,
    changed_at as changedAtMs
  from orders
`

export const READ_ORDER = `${ORDER}
  where order_id = ?
`
