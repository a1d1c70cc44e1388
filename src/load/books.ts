// The books of a sale as its audit shows them: units, and counts of what must be 0.

import type { OperatorApi } from './operator-api.ts'

export interface Books {
  total: number
  available: number
  returning: number
  held: number
  inTransit: number
  live: number
  pending: number
  paid: number
  released: number
  rejected: number
  drift: number | null // not known while the engine is being rebuilt
  oversold: number
  duplicateBuyers: number
  engine: string
}

export const readBooks = (api: OperatorApi, saleId: string) =>
  api.get<Books>(`/api/admin/sales/${saleId}/audit`)

// Units of all orders that were ever recorded.
export const recordedOf = ({ live, released }: Books): number => live + released
