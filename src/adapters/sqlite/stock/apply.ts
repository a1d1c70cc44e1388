// Takes over newer copies of sale rows. Units count by the cumulative number, so a copy that comes
// twice adds once; what is added rests like every unit that comes back.

import assert from 'node:assert/strict'
import type { AppliedCopy, Stock } from '../../../ports/stock.ts'
import type { EngineDeps } from '../arrivals.ts'
import { comeBack, copyValues, SEGMENT, segmentReader } from './segments.ts'

const APPLY = `
  update engine_segments
  set
    version = version + 1,
    share = share + ?,
    sale_version = ?,
    price = ?,
    currency = ?,
    starts_at = ?,
    ends_at = ?,
    paused = ?,
    closed = ?,
    restocked = ?
  where sale_id = ? and segment = ?
`

export const stockApplying = ({ database, clock }: EngineDeps): Pick<Stock, 'apply'> => {
  const readSegment = segmentReader(database)
  const update = database.change(APPLY)
  const rest = comeBack(database)

  const applyOne = ({ saleId, epoch, copy }: AppliedCopy, nowMs: number) => {
    const row = readSegment({ saleId, segment: SEGMENT }, nowMs)
    if (row?.state !== 'open' || row.epoch !== epoch) return 'rebuilding'
    if (copy.version <= row.saleVersion) return 'current'
    const added = copy.restocked - row.restocked
    assert(added >= 0, 'restocked is a cumulative number')
    update(added, ...copyValues(copy), saleId, SEGMENT)
    rest(saleId, added, nowMs)
    return 'applied'
  }

  return {
    async apply(copies) {
      const nowMs = clock.nowMs()
      return database.write(() => copies.map((copy) => applyOne(copy, nowMs)))
    },
  }
}
