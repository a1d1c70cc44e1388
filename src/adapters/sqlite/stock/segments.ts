// A segment's row as the parts of the stock engine read it: its numbers at one instant, and its copy
// of the sale row. Units that have rested are counted as available here; the row itself is brought up
// to date by whoever takes some or gives some back.
//
// Units rest until `sellable_at`, and never longer than `RETURNING_MS` from now: what should rest longer
// came back by a clock that was ahead of this one, and has rested.

import { RETURNING_MS } from '../../../domain/stock.ts'
import type { SaleId } from '../../../domain/ids.ts'
import type { SaleCopy } from '../../../domain/sale.ts'
import type { Database } from '../database.ts'

export const SEGMENT = 0

export interface SegmentRow {
  epoch: number
  state: 'loading' | 'open'
  version: number
  share: number
  available: number
  rested: number // part of available, not yet in the row's own number
  resting: number
  held: number
  buyers: number
  saleVersion: number
  price: number
  currency: string
  startsAtMs: number
  endsAtMs: number
  paused: number
  closed: number
  restocked: number
}

const SEGMENT_AT = `
  with returning_units (rested, resting) as (
    select
      coalesce(sum(case when sellable_at <= ?3 or sellable_at > ?4 then units end), 0),
      coalesce(sum(case when sellable_at > ?3 and sellable_at <= ?4 then units end), 0)
    from engine_returning
    where sale_id = ?1 and segment = ?2
  )
  select
    epoch, state, version, share,
    available + rested as available, rested, resting,
    held, buyers,
    sale_version as saleVersion, price, currency,
    starts_at as startsAtMs, ends_at as endsAtMs, paused, closed, restocked
  from engine_segments, returning_units
  where sale_id = ?1 and segment = ?2
`

export type ReadSegment = (
  at: { saleId: SaleId; segment: number },
  nowMs: number,
) => SegmentRow | undefined

export const segmentReader = (database: Database): ReadSegment => {
  const read = database.select<SegmentRow>(SEGMENT_AT)
  return ({ saleId, segment }, nowMs) => read.get(saleId, segment, nowMs, nowMs + RETURNING_MS)
}

const DELETE_RESTED = `
  delete from engine_returning
  where sale_id = ? and segment = ? and (sellable_at <= ? or sellable_at > ?)
`

// Deletes what the reader counted as rested; the caller has put it into the row's own number.
export const restedDeleter = (database: Database) => {
  const deleteRested = database.change(DELETE_RESTED)
  return ({ saleId, segment }: { saleId: SaleId; segment: number }, nowMs: number): void => {
    deleteRested(saleId, segment, nowMs, nowMs + RETURNING_MS)
  }
}

export const copyOf = (row: SegmentRow): SaleCopy => ({
  version: row.saleVersion,
  price: row.price,
  currency: row.currency,
  startsAtMs: row.startsAtMs,
  endsAtMs: row.endsAtMs,
  paused: row.paused === 1,
  closed: row.closed === 1,
  restocked: row.restocked,
})

// In the order of the columns in every statement that writes a copy.
export const copyValues = (copy: SaleCopy) =>
  [
    copy.version,
    copy.price,
    copy.currency,
    copy.startsAtMs,
    copy.endsAtMs,
    Number(copy.paused),
    Number(copy.closed),
    copy.restocked,
  ] as const

const COME_BACK = `
  insert into engine_returning (sale_id, segment, sellable_at, units)
  values (?, ?, ?, ?)
  on conflict (sale_id, segment, sellable_at) do update
  set units = units + excluded.units
`

export type ComeBack = (saleId: SaleId, units: number, nowMs: number) => void

// Units that come back, by whatever way, rest before they are sold again.
export const comeBack = (database: Database): ComeBack => {
  const insert = database.change(COME_BACK)
  return (saleId, units, nowMs) => {
    if (units > 0) insert(saleId, SEGMENT, nowMs + RETURNING_MS, units)
  }
}
