// Sale rows as they are read and written: flags, absent instants and limits as the domain has them.

import type { ProductId, SaleId } from '../../../domain/ids.ts'
import type { Admission, Sale, SaleTerms, Strategy } from '../../../domain/sale.ts'
import type { NewSale } from '../../../ports/catalog.ts'
import { orUndefined } from './columns.ts'

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
    version
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
}

export const saleOf = (row: SaleRow): Sale => ({
  ...row,
  limits: JSON.parse(row.limits),
  rehearsal: row.rehearsal === 1,
  paused: row.paused === 1,
  closedAtMs: orUndefined(row.closedAtMs),
  leftEngineAtMs: orUndefined(row.leftEngineAtMs),
})

export const newSaleValues = (sale: NewSale) => [...termValues(sale), sale.createdAtMs] as const

// In the order of the columns in every statement that writes terms.
export const termValues = (terms: Omit<SaleTerms, 'stock'>) =>
  [
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
  ] as const
