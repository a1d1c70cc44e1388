// What the engine knows of a sale: one segment with its numbers, its copy of the sale row, and who holds
// what. In units:   share = available + returning + held
//
// Units that come back rest until `sellableAtMs`, and never longer than `RETURNING_MS` from now: what
// should rest longer came back by a clock that was ahead of this one, and has rested.

import { type Held, RETURNING_MS } from '../../../domain/stock.ts'
import { type BuyerId, type IdKey, idKey, type SaleId } from '../../../domain/ids.ts'
import type { SaleCopy } from '../../../domain/sale.ts'
import type { HeldMark } from '../../../ports/stock.ts'
import type { EngineDeps, InTransit } from '../in-transit.ts'
import { pagedMap, type PagedMap } from '../paged-map.ts'

export const SEGMENT = 0

export interface Segment {
  epoch: number
  version: number // grows with every take, release, apply and open
  copy: SaleCopy | undefined // undefined: loading; otherwise the segment is open
  share: number
  available: number
  returning: { units: number; sellableAtMs: number }[]
  held: number
  buyers: PagedMap<IdKey, Held> // by buyer
}

export type OpenSegment = Segment & { copy: SaleCopy }

export type Segments = Map<SaleId, Segment>

export interface StockDeps extends EngineDeps {
  segments: Segments
}

export const newSegment = (of: { epoch: number; version: number }): Segment => ({
  ...of,
  copy: undefined,
  share: 0,
  available: 0,
  returning: [],
  held: 0,
  buyers: pagedMap(),
})

// The segment with what has rested by now in `available`; undefined when it is not there or not open.
export const openSegment = (
  segments: Segments,
  saleId: SaleId,
  nowMs: number,
): OpenSegment | undefined => {
  const segment = segments.get(saleId)
  if (segment?.copy === undefined) return undefined
  mature(segment, nowMs)
  return segment as OpenSegment
}

const mature = (segment: Segment, nowMs: number) => {
  if (segment.returning.length === 0) return
  const rests = ({ sellableAtMs }: { sellableAtMs: number }) =>
    sellableAtMs > nowMs && sellableAtMs <= nowMs + RETURNING_MS
  const still = segment.returning.filter(rests)
  const back = unitsOf(segment.returning) - unitsOf(still)
  segment.returning = still
  segment.available += back
}

// Units that come back, by whatever way, rest before they are sold again.
export const comeBack = (segment: Segment, units: number, nowMs: number): void => {
  if (units === 0) return
  const sellableAtMs = nowMs + RETURNING_MS
  const latest = segment.returning.at(-1)
  if (latest?.sellableAtMs === sellableAtMs) latest.units += units
  else segment.returning.push({ units, sellableAtMs })
}

export const findHeld = (segment: Segment, buyerId: BuyerId): Held | undefined =>
  segment.buyers.get(idKey(buyerId))

// Of a buyer who holds nothing.
export const hold = (segment: Segment, held: Held): void => {
  segment.held += held.units
  segment.buyers.add(idKey(held.buyerId), held)
}

export const letGo = (segment: Segment, held: Held): void => {
  segment.held -= held.units
  segment.buyers.delete(idKey(held.buyerId))
}

export const unitsOf = (all: { units: number }[]): number =>
  all.reduce((sum, { units }) => sum + units, 0)

export const heldMark = (
  held: Held,
  { epoch, inTransit }: { epoch: number; inTransit: InTransit },
): HeldMark => ({ ...held, inTransit: inTransit.get(held.orderId)?.epoch === epoch })
