// Waits until a sale is at rest: nothing in transit, nothing on its way back, an engine that is open.

import { setTimeout as pause } from 'node:timers/promises'
import { type Books, readBooks } from './books.ts'
import { nowMs } from './clocks.ts'
import type { OperatorApi } from './operator-api.ts'

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
