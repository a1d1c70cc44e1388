// How sales are selected, with their units.

const SALE = `
  select
    cast(sale_id as text) as saleId,
    cast(product_id as text) as productId,
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

export const READ_SALES = `${SALE}
  where deleted_at is null
  order by sale_id desc
`

export const READ_SALES_PAGE = `${SALE}
  where deleted_at is null
  and (?1 is null or sale_id < ?1)
  order by sale_id desc
  limit ?2
`

// Found by a partial index, so that sales of the past cost nothing.
export const READ_SALES_IN_ENGINE = `${SALE}
  where left_engine_at is null and deleted_at is null
  order by sale_id desc
`

export const RAISE_VERSION = `
  update sale_stock
  set version = version + 1
  where sale_id = ?
`
