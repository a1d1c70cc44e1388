// How much of each sale is left, as far as pages need to know: many, few or none. Read from the engine
// at most twice a second however many ask, and kept when the engine does not answer: pages fail static.

import type { SaleId } from '../domain/ids.ts'
import { type Remaining, remainingOf } from '../domain/sale.ts'
import type { Ports } from '../ports/ports.ts'

const FRESH_MS = 500

export type SaleStates = (saleId: SaleId) => Promise<Remaining>

export const saleStates = ({ clock, stock }: Pick<Ports, 'clock' | 'stock'>): SaleStates => {
  const known = new Map<SaleId, { remaining: Promise<Remaining>; readAtMs: number }>()
  return (saleId) => {
    const nowMs = clock.nowMs()
    const before = known.get(saleId)
    if (before && nowMs < before.readAtMs + FRESH_MS) return before.remaining
    const remaining = readRemaining(stock, saleId).catch(() => before?.remaining ?? 'many')
    known.set(saleId, { remaining, readAtMs: nowMs })
    return remaining
  }
}

const readRemaining = async (stock: Ports['stock'], saleId: SaleId): Promise<Remaining> => {
  const segments = await stock.read(saleId)
  if (segments.length === 0) return 'many'
  const available = segments.reduce((sum, one) => sum + one.available + one.returning, 0)
  const total = segments.reduce((sum, one) => sum + one.share, 0)
  return remainingOf({ available, total })
}
