// What does not change by itself of a sale. The page of a sale brings it along (src/gateway/sale-page.ts), so
// that it is shown before anything is asked; the newest state has the last word.

import type { Sale } from '../../client/shapes.ts'

export type SaleFacts = Omit<Sale, 'status' | 'remaining'>

// Of this very page; undefined when it is about another sale, or about none.
export const factsHere = (saleId: string): SaleFacts | undefined =>
  HERE?.saleId === saleId ? HERE : undefined

export const isSame = (facts: SaleFacts, sale: Sale): boolean => {
  const { status: _status, remaining: _remaining, ...newer } = sale
  return JSON.stringify(facts) === JSON.stringify(newer)
}

const block = document.getElementById('sale')?.textContent
const HERE = block ? (JSON.parse(block) as SaleFacts) : undefined
