// What the Lua scripts do that read: a segment's numbers, what buyers hold, pages over all of it.

import { readSegment } from '../../src/domain/stock.ts'
import { markOf, type ScriptTwin } from './segment-scripts.ts'
import { isWhole, openSlot, outUnits, type ScriptPlace } from './slot.ts'

export const readLayout: ScriptTwin = (at) => at.slots.get(at.key)?.layout ?? 0

export const read: ScriptTwin = (at, [layout]) => {
  const slot = at.slots.get(at.key)
  if (slot === undefined) return ['absent']
  const { segment } = slot
  const isOpen =
    slot.layout === layout && segment.state === 'open' && isWhole(slot, at.replicationId)
  const one = readSegment(segment, isOpen ? at.nowMs : -Infinity)
  return [
    isOpen ? 'open' : 'loading',
    one.epoch,
    one.version,
    one.saleVersion,
    one.share,
    one.available,
    one.returning,
    one.held,
    outUnits(slot),
    one.inTransit,
    one.buyers,
    isOpen && Number.isFinite(one.restsMs) ? one.restsMs : -1,
    ...[...slot.out.keys()].map(Number),
  ]
}

export const readBuyers: ScriptTwin = (at, [layout, ...buyerIds]) => {
  const slot = openSlot(at, layout!)
  if (slot === undefined) return ['rebuilding']
  const { buyers, inTransit } = slot.segment
  return buyerIds.map((buyerId) => {
    const held = buyers.get(buyerId)
    return held ? markOf(slot, buyerId, inTransit.has(held.orderId)) : 'nothing'
  })
}

// The cursor names the buyer that the page before ended with.
export const scan =
  (pageMax: number): ScriptTwin =>
  (at, [layout, mode, cursor, count]) => {
    const slot = openSlot(at, layout!)
    if (slot === undefined) return ['rebuilding']
    const { segment } = slot
    const marks = marksOf(at, mode === 'in-transit').filter(([buyerId]) => buyerId > cursor!)
    const page = marks.slice(0, Math.min(pageMax, Number(count)))
    const next = page.length < marks.length ? page.at(-1)![0] : '0'
    const words = page.flatMap(([buyerId, isMarked]) => [buyerId, markOf(slot, buyerId, isMarked)])
    return ['scanned', segment.epoch, segment.version, next, ...words]
  }

const marksOf = (at: ScriptPlace, onlyMarked: boolean): [string, boolean][] => {
  const { buyers, inTransit } = at.slots.get(at.key)!.segment
  const all = [...buyers.values()].map(({ buyerId, orderId }): [string, boolean] => [
    buyerId,
    inTransit.has(orderId),
  ])
  const marks = onlyMarked ? all.filter(([, isMarked]) => isMarked) : all
  return marks.sort(([a], [b]) => (a < b ? -1 : 1))
}
