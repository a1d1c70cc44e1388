// Rows of sales and products: flags, absent instants and limits as the domain has them, and back.

import type { ProductId, SaleId } from '../../domain/ids.ts'
import type { Admission, Product, Sale, SaleTerms, Strategy } from '../../domain/sale.ts'
import { orUndefined } from './columns.ts'

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

export interface ProductRow extends Omit<Product, 'picture' | 'description'> {
  picture: string | null
  description: string | null
}

export const productOf = (row: ProductRow): Product => ({
  ...row,
  picture: orUndefined(row.picture),
  description: orUndefined(row.description),
})
