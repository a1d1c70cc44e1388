// What the home ledger has decided comes to the engine: `record` takes the in-transit mark away,
// `release` gives the units back, once, in the epoch in which home gave them. A mark of a released
// order ends by itself, because nobody holds that order any more.

import type { HeldOrder, ReleasedOrder, Stock } from '../../../ports/stock.ts'
import {
  comeBack,
  findHeld,
  letGo,
  openSegment,
  type Segments,
  type StockDeps,
} from './segments.ts'

export const stockReleasing = (deps: StockDeps): Pick<Stock, 'record' | 'release'> => ({
  async record(orders) {
    const nowMs = deps.clock.nowMs()
    const answers = orders.map((order) => recordOne(deps, order, nowMs))
    await deps.database.settle()
    return answers
  },
  async release(orders) {
    const nowMs = deps.clock.nowMs()
    return orders.map((order) => releaseOne(deps.segments, order, nowMs))
  },
})

// Mostly the worker's commit has taken the mark away already, because it is the waiting message.
const recordOne = (
  { segments, inTransit }: StockDeps,
  { saleId, buyerId, orderId }: HeldOrder,
  nowMs: number,
) => {
  const segment = openSegment(segments, saleId, nowMs)
  if (segment === undefined) return 'rebuilding'
  if (findHeld(segment, buyerId)?.orderId !== orderId) return 'not-held'
  if (inTransit.get(orderId)?.epoch === segment.epoch) inTransit.remove(orderId)
  return 'recorded'
}

const releaseOne = (segments: Segments, order: ReleasedOrder, nowMs: number) => {
  const { saleId, buyerId, orderId, epoch } = order
  const segment = openSegment(segments, saleId, nowMs)
  if (segment?.epoch !== epoch) return 'rebuilding'
  const held = findHeld(segment, buyerId)
  if (held?.orderId !== orderId) return 'not-held'
  letGo(segment, held)
  segment.version += 1
  comeBack(segment, held.units, nowMs)
  return 'released'
}
