// An operator makes a sale that is like another one but for what is said anew: the sale of next week, or
// a rehearsal of tonight's. It has the terms of the other one and shares nothing with it.

import type { SaleId } from '../../domain/ids.ts'
import { type Sale, SALE_TERMS, type SaleTerms, withSegments } from '../../domain/sale.ts'
import type { RebuildSettings } from '../stock/look-after.ts'
import { type CreatePorts, createSale, type SaleCreated } from './create-sale.ts'

export interface SaleCloning {
  saleId: SaleId // of the other one
  set: Partial<SaleTerms> & Pick<SaleTerms, 'startsAtMs'>
  by: string
  rebuild: RebuildSettings
}

// It lasts as long as the other one, and has as many units as that has had with all its restocks.
export const cloneSale = async (
  ports: CreatePorts,
  { saleId, set, by, rebuild }: SaleCloning,
): Promise<SaleCreated | { result: 'no-such-sale' }> => {
  const terms = await ports.catalog.readTerms(saleId)
  if (terms === undefined) return { result: 'no-such-sale' }
  const { sale, stock } = terms
  const endsAtMs = set.startsAtMs + (sale.endsAtMs - sale.startsAtMs)
  const said = withSegments(set, sale)
  const draft = { ...termsOf(sale), stock, endsAtMs, ...set, ...said, clonedFrom: saleId }
  return createSale(ports, { draft, by, rebuild })
}

const termsOf = (sale: Sale) =>
  Object.fromEntries(SALE_TERMS.map((term) => [term, sale[term]])) as Pick<
    Sale,
    (typeof SALE_TERMS)[number]
  >
