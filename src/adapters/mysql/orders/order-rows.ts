// How orders are selected.

export const ordersIn = (tables: string): string => `
  select
    cast(order_id as char) as orderId,
    cast(sale_id as char) as saleId,
    cast(buyer_id as char) as buyerId,
    units,
    price,
    currency,
    status,
    stock_tokens as stockTokens,
    created_at as createdAtMs,
    pay_by as payByMs,
    changed_at as changedAtMs
  from ${tables}
`
