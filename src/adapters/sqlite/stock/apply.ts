// Takes over newer copies of sale rows. Units count by the cumulative number, so a copy that comes
// twice adds once; what is added rests like every unit that comes back.

import assert from 'node:assert/strict'
import type { AppliedCopy, Stock } from '../../../ports/stock.ts'
import { comeBack, openSegment, type Segments, type StockDeps } from './segments.ts'

export const stockApplying = ({ segments, clock }: StockDeps): Pick<Stock, 'apply'> => ({
  async apply(copies) {
    const nowMs = clock.nowMs()
    return copies.map((copy) => applyOne(segments, copy, nowMs))
  },
})

const applyOne = (segments: Segments, { saleId, epoch, copy }: AppliedCopy, nowMs: number) => {
  const segment = openSegment(segments, saleId, nowMs)
  if (segment?.epoch !== epoch) return 'rebuilding'
  if (copy.version <= segment.copy.version) return 'current'
  const added = copy.restocked - segment.copy.restocked
  assert(added >= 0, 'restocked is a cumulative number')
  segment.copy = copy
  segment.share += added
  segment.version += 1
  comeBack(segment, added, nowMs)
  return 'applied'
}
