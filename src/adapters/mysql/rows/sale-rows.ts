// Sale rows as they are read and written: flags, absent instants and limits as the domain has them.

import type { ProductId, SaleId } from '../../../domain/ids.ts'
import type { Admission, Sale, SaleTerms, Strategy } from '../../../domain/sale.ts'
import type { Value } from '../database.ts'
import { orUndefined } from './columns.ts'

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

export interface SaleRow {
  saleId: SaleId
  productId: ProductId
  title: string
  price: number
  currency: string
  startsAtMs: number
  endsAtMs: number
  perBuyerLimit: number
  strategy: Strategy
  segments: number
  admission: Admission
  payWithinMs: number
  tokensFromMs: number
  limits: string
  rehearsal: number
  paused: number
  closedAtMs: number | null
  createdAtMs: number
  leftEngineAtMs: number | null
  version: number
  total: number // units it has had until now: no part of the sale
}

export const saleOf = (row: SaleRow): Sale => {
  const { total: _, ...sale } = row
  return {
    ...sale,
    limits: JSON.parse(row.limits),
    rehearsal: row.rehearsal === 1,
    paused: row.paused === 1,
    closedAtMs: orUndefined(row.closedAtMs),
    leftEngineAtMs: orUndefined(row.leftEngineAtMs),
  }
}

// In the order of the columns in every statement that writes terms.
export const termValues = (terms: Omit<SaleTerms, 'stock'>): Value[] => [
  terms.productId,
  terms.title,
  terms.price,
  terms.currency,
  terms.startsAtMs,
  terms.endsAtMs,
  terms.perBuyerLimit,
  terms.strategy,
  terms.segments,
  terms.admission,
  terms.payWithinMs,
  terms.tokensFromMs,
  JSON.stringify(terms.limits),
  Number(terms.rehearsal),
]
