// The books of a sale as its audit shows them: units, and counts of what must be 0. At rest is a sale
// with nothing in transit, nothing on its way back, and an engine that is open.

import { setTimeout as pause } from 'node:timers/promises'
import { nowMs } from './clocks.ts'
import type { OperatorApi } from './target.ts'

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

const RESTS_WITHIN_MS = 30_000
const LOOK_EVERY_MS = 200

// The books as they were last, also when rest did not come in time.
export const atRest = async (api: OperatorApi, saleId: string): Promise<Books> => {
  const untilMs = nowMs() + RESTS_WITHIN_MS
  for (;;) {
    const books = await readBooks(api, saleId)
    if (isAtRest(books) || nowMs() >= untilMs) return books
    await pause(LOOK_EVERY_MS)
  }
}

export const isAtRest = ({ inTransit, returning, drift }: Books): boolean =>
  inTransit === 0 && returning === 0 && drift !== null
