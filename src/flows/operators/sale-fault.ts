// What is wrong with the terms of a sale, by the name of the field, and in the order in which people
// would look for it. The form of each field has been checked before.

import type { Product, SaleTerms, Strategy } from '../../domain/sale.ts'

export interface SaleFault {
  field: string // as the API calls it
  detail: string
}

export interface SaleFaultDeps {
  product: Product | undefined
  strategies: readonly Strategy[] // of the stock engine
  nowMs: number
}

export const saleFault = (
  terms: SaleTerms,
  { product, strategies, nowMs }: SaleFaultDeps,
): SaleFault | undefined => {
  if (product === undefined) return { field: 'productId', detail: 'there is no such product' }
  if (terms.currency !== product.currency)
    return { field: 'currency', detail: `the product is priced in ${product.currency}` }
  if (terms.endsAtMs <= terms.startsAtMs)
    return { field: 'endsAt', detail: 'a sale ends after it starts' }
  if (terms.endsAtMs <= nowMs) return { field: 'endsAt', detail: 'this is in the past' }
  if (terms.perBuyerLimit > terms.stock)
    return { field: 'perBuyerLimit', detail: 'more than the stock of the sale' }
  if (!strategies.includes(terms.strategy))
    return { field: 'strategy', detail: `this stock engine knows ${strategies.join(', ')}` }
  if (terms.strategy !== 'segmented' && terms.segments !== 1)
    return { field: 'segments', detail: 'only the strategy `segmented` has more than one' }
  if (terms.admission !== 'open')
    return { field: 'admission', detail: '`open` is the only admission there is yet' }
  return undefined
}
