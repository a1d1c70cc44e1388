// What can be read of the engine: a segment's numbers, what buyers hold, and pages over all of it. A
// sale that is not open shows its numbers, and nothing of its buyers. Nothing is shown that may still
// be undone.

import type { SegmentReading } from '../../../domain/stock.ts'
import type { ScanPage, ScanStart, Stock } from '../../../ports/stock.ts'
import type { InTransit } from '../in-transit.ts'
import { BEFORE_ALL } from '../paged-map.ts'
import {
  findHeld,
  heldMark,
  type OpenSegment,
  openSegment,
  SEGMENT,
  type Segment,
  type StockDeps,
  unitsOf,
} from './segments.ts'

export const stockReadings = ({
  database,
  clock,
  segments,
  inTransit,
}: StockDeps): Pick<Stock, 'read' | 'readBuyers' | 'scan'> => ({
  read: async (saleId) =>
    database.read(() => {
      const nowMs = clock.nowMs()
      openSegment(segments, saleId, nowMs)
      const segment = segments.get(saleId)
      const marks = segment && marksOf(inTransit, { saleId, segment })
      return segment && marks ? [numbersOf(segment, { marks, nowMs })] : []
    }),
  readBuyers: async ({ saleId, buyerIds }) =>
    database.read(() => {
      const segment = openSegment(segments, saleId, clock.nowMs())
      return buyerIds.map((buyerId) => {
        const held = segment && findHeld(segment, buyerId)
        return held && heldMark(held, { epoch: segment.epoch, inTransit })
      })
    }),
  scan: async (start) =>
    database.read((): ScanPage => {
      const { epoch = 0, version = 0 } = segments.get(start.saleId) ?? {}
      const segment = openSegment(segments, start.saleId, clock.nowMs())
      if (segment === undefined) return { epoch, version, held: [], cursor: undefined }
      const page = start.inTransitOnly
        ? scanMarks(inTransit, { start, segment })
        : scanHeld(inTransit, { start, segment })
      return { epoch, version, ...page }
    }),
})

const numbersOf = (
  segment: Segment,
  { marks, nowMs }: { marks: { units: number }[]; nowMs: number },
): SegmentReading => {
  const { epoch, version, copy, share, available, held } = segment
  return {
    segment: SEGMENT,
    state: copy ? 'open' : 'loading',
    epoch,
    version,
    saleVersion: copy?.version ?? 0,
    share,
    available,
    returning: unitsOf(segment.returning),
    held,
    out: 0,
    outTo: [],
    restsMs: Math.min(...segment.returning.map((one) => one.sellableAtMs - nowMs), Infinity),
    inTransit: unitsOf(marks),
    buyers: segment.buyers.size(),
  }
}

// The messages that are marks of this segment: of its epoch, and their buyer holds the order.
const marksOf = (
  inTransit: InTransit,
  { saleId, segment }: { saleId: string; segment: Segment },
  messages = inTransit.values(),
) =>
  messages.filter(
    (message) =>
      message.saleId === saleId &&
      message.epoch === segment.epoch &&
      findHeld(segment, message.buyerId)?.orderId === message.orderId,
  )

interface Scan {
  start: ScanStart
  segment: OpenSegment
}

// A cursor is a place in the list that is gone through.
const scanHeld = (inTransit: InTransit, { start, segment }: Scan) => {
  const { values, next } = segment.buyers.page(pageOf(start))
  const held = values.map((one) => heldMark(one, { epoch: segment.epoch, inTransit }))
  return { held, cursor: next?.toString() }
}

const scanMarks = (inTransit: InTransit, { start, segment }: Scan) => {
  const { values, next } = inTransit.page(pageOf(start))
  const marks = marksOf(inTransit, { saleId: start.saleId, segment }, values)
  const held = marks.map(({ buyerId }) => ({ ...findHeld(segment, buyerId)!, inTransit: true }))
  return { held, cursor: next?.toString() }
}

const pageOf = ({ cursor, limit }: ScanStart) => ({
  after: cursor === undefined ? BEFORE_ALL : Number(cursor),
  limit,
})
