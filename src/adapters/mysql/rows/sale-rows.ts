// How sales are selected, with their units.

const SALE = `
  select
    cast(sale_id as char) as saleId,
    cast(product_id as char) as productId,
    title,
    price,
    currency,
    starts_at as startsAtMs,
    ends_at as endsAtMs,
    per_buyer_limit as perBuyerLimit,
    strategy,
    segments,
    admission,
    pay_within_ms as payWithinMs,
    tokens_from_ms as tokensFromMs,
    limits,
    rehearsal,
    paused,
    closed_at as closedAtMs,
    created_at as createdAtMs,
    left_engine_at as leftEngineAtMs,
    version,
    total
  from sales
  join sale_stock using (sale_id)
`

export const READ_SALE = `${SALE}
  where sale_id = ? and deleted_at is null
`

// Until the transaction ends nobody else changes the sale or its units.
export const LOCK_SALE = `${READ_SALE}
  for update
`

export const READ_SALES = `${SALE}
  where deleted_at is null
  order by sale_id desc
`

export const READ_SALES_PAGE = `${SALE}
  where deleted_at is null
  and sale_id < ?
  order by sale_id desc
  limit ?
`

// Found by an index, so that sales of the past cost nothing.
export const READ_SALES_IN_ENGINE = `${SALE}
  where left_engine_at is null and deleted_at is null
  order by sale_id desc
`

export const RAISE_VERSION = `
  update sale_stock
  set version = version + 1
  where sale_id = ?
`
