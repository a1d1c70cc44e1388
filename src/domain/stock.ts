// One segment of a sale's stock as a pure model: what every stock engine must agree with, answer for
// answer. In units, after every step:   share = available + returning + held + out
//
//   absent ─begin─► loading ─load…─► loading ─open─► open        reserve, record, release, apply: open only
//
// A segment belongs to one epoch. `begin` with a higher epoch forgets everything; only a complete load
// opens it. It takes the time as an argument and touches nothing outside itself.

import assert from 'node:assert/strict'
import type { Attempt } from './attempt.ts'
import type { BuyerId, OrderId } from './ids.ts'
import type { SaleCopy } from './sale.ts'

// Which of so many segments a buyer belongs to: FNV-1a of the id's digits, so that any numbering of
// buyers spreads evenly. Source: http://www.isthe.com/chongo/tech/comp/fnv/
export const homeSegment = (buyerId: BuyerId, segments: number): number => {
  if (segments === 1) return 0
  let hash = 0x811c9dc5
  for (let at = 0; at < buyerId.length; at += 1)
    hash = Math.imul(hash ^ buyerId.charCodeAt(at), 0x01000193)
  return (hash >>> 0) % segments
}

// Units that come back rest this long before they may be sold again, longer than any gateway
// remembers "sold out": so no winner can arise behind a live memory.
export const RETURNING_MS = 250

export interface Held {
  buyerId: BuyerId
  orderId: OrderId
  units: number
  stockTokens: string[]
}

export interface Segment {
  epoch: number
  state: 'loading' | 'open'
  copy: SaleCopy | undefined
  version: number // grows with every take, release, apply and open
  available: number
  returning: { units: number; sellableAtMs: number }[]
  share: number
  buyers: Map<BuyerId, Held>
  inTransit: Map<OrderId, BuyerId>
}

// What is held, at the engine's own price.
export interface HeldTerms extends Held {
  price: number
  currency: string
  saleVersion: number
}

export type Reserved =
  | ({ answer: 'taken' } & HeldTerms)
  | ({ answer: 'already-reserved'; inTransit: boolean } & HeldTerms)
  | { answer: 'not-started'; startsAtMs: number }
  | { answer: 'ended' | 'paused' | 'sold-out' | 'rebuilding' }

export const begin = (
  segment: Segment | undefined,
  epoch: number,
): { answer: 'begun'; segment: Segment } | { answer: 'superseded' } => {
  if (segment && (segment.epoch > epoch || (segment.epoch === epoch && segment.state === 'open')))
    return { answer: 'superseded' }
  return {
    answer: 'begun',
    segment: {
      epoch,
      state: 'loading',
      copy: undefined,
      version: segment ? segment.version + 1 : 1,
      available: 0,
      returning: [],
      share: 0,
      buyers: new Map(),
      inTransit: new Map(),
    },
  }
}

export const load = (segment: Segment, epoch: number, held: Held[]): 'loaded' | 'rebuilding' => {
  if (segment.epoch !== epoch || segment.state !== 'loading') return 'rebuilding'
  for (const one of held) segment.buyers.set(one.buyerId, one)
  return 'loaded'
}

export interface Opening {
  epoch: number
  copy: SaleCopy
  share: number // units this segment answers for
  buyers: number // how many must have been loaded
}

// Opens a loaded segment. In a rebuild (any epoch after the first) the free units rest first, because
// some gateway may still remember "sold out" from the epoch before.
export const open = (segment: Segment, opening: Opening, nowMs: number): 'open' | 'rebuilding' => {
  if (segment.epoch !== opening.epoch) return 'rebuilding'
  if (segment.state === 'open') return 'open'
  if (segment.buyers.size !== opening.buyers) return 'rebuilding'
  segment.state = 'open'
  segment.copy = opening.copy
  segment.share = opening.share
  segment.version += 1
  const free = opening.share - heldUnits(segment)
  assert(free >= 0, 'a segment never opens with more held than its share')
  if (opening.epoch === 1) segment.available = free
  else comeBack(segment, free, nowMs)
  return 'open'
}

// Takes over a newer copy of the sale row; units count by the cumulative number.
export const apply = (
  segment: Segment,
  at: { epoch: number; copy: SaleCopy; nowMs: number },
): 'applied' | 'current' | 'rebuilding' => {
  if (segment.state !== 'open' || segment.epoch !== at.epoch) return 'rebuilding'
  const before = segment.copy!
  if (at.copy.version <= before.version) return 'current'
  const added = at.copy.restocked - before.restocked
  assert(added >= 0, 'restocked is a cumulative number')
  segment.copy = at.copy
  segment.share += added
  segment.version += 1
  comeBack(segment, added, at.nowMs)
  return 'applied'
}

// Decides a batch of attempts in the order given. Refusals change nothing.
export const reserve = (segment: Segment, attempts: Attempt[], nowMs: number): Reserved[] => {
  mature(segment, nowMs)
  return attempts.map((attempt) => reserveOne(segment, attempt, nowMs))
}

const reserveOne = (segment: Segment, attempt: Attempt, nowMs: number): Reserved => {
  if (segment.state !== 'open') return { answer: 'rebuilding' }
  const copy = segment.copy!
  const terms = { price: copy.price, currency: copy.currency, saleVersion: copy.version }
  const has = segment.buyers.get(attempt.buyerId)
  if (has) {
    const inTransit = segment.inTransit.has(has.orderId)
    return { answer: 'already-reserved', inTransit, ...terms, ...has }
  }
  const refusal = refusalOf(copy, nowMs)
  if (refusal) return refusal
  if (segment.available < attempt.units) return { answer: 'sold-out' }
  const { buyerId, orderId, units } = attempt
  const held: Held = { buyerId, orderId, units, stockTokens: [] }
  segment.available -= units
  segment.buyers.set(buyerId, held)
  segment.inTransit.set(orderId, buyerId)
  segment.version += 1
  return { answer: 'taken', ...terms, ...held }
}

// Why this sale takes no attempt at this instant, before any unit is looked at.
export const refusalOf = (
  copy: SaleCopy,
  nowMs: number,
): { answer: 'not-started'; startsAtMs: number } | { answer: 'ended' | 'paused' } | undefined => {
  if (copy.closed || nowMs >= copy.endsAtMs) return { answer: 'ended' }
  if (nowMs < copy.startsAtMs) return { answer: 'not-started', startsAtMs: copy.startsAtMs }
  return copy.paused ? { answer: 'paused' } : undefined
}

export interface HeldKey {
  buyerId: BuyerId
  orderId: OrderId
}

// The ledger has recorded this order: it is no longer in transit.
export const record = (segment: Segment, key: HeldKey): 'recorded' | 'not-held' | 'rebuilding' => {
  if (segment.state !== 'open') return 'rebuilding'
  if (segment.buyers.get(key.buyerId)?.orderId !== key.orderId) return 'not-held'
  segment.inTransit.delete(key.orderId)
  return 'recorded'
}

// Gives one order's units back, once, and only in the epoch in which home gave them.
export const release = (
  segment: Segment,
  at: HeldKey & { epoch: number; nowMs: number },
): 'released' | 'not-held' | 'rebuilding' => {
  if (segment.state !== 'open' || segment.epoch !== at.epoch) return 'rebuilding'
  const held = segment.buyers.get(at.buyerId)
  if (held?.orderId !== at.orderId) return 'not-held'
  segment.buyers.delete(at.buyerId)
  segment.inTransit.delete(at.orderId)
  segment.version += 1
  comeBack(segment, held.units, at.nowMs)
  return 'released'
}

const comeBack = (segment: Segment, units: number, nowMs: number) => {
  if (units > 0) segment.returning.push({ units, sellableAtMs: nowMs + RETURNING_MS })
}

const mature = (segment: Segment, nowMs: number) => {
  const due = segment.returning.filter((one) => one.sellableAtMs <= nowMs)
  if (due.length === 0) return
  segment.returning = segment.returning.filter((one) => one.sellableAtMs > nowMs)
  segment.available += unitsOf(due)
}

const unitsOf = (rows: Iterable<{ units: number }>): number => {
  let sum = 0
  for (const row of rows) sum += row.units
  return sum
}

export const heldUnits = (segment: Segment): number => unitsOf(segment.buyers.values())

export interface SegmentReading {
  segment: number
  state: 'loading' | 'open'
  epoch: number
  version: number
  saleVersion: number
  share: number
  available: number
  returning: number
  held: number
  out: number // on their way to other segments
  outTo: number[] // these
  restsMs: number // until the first of `returning` may be sold; Infinity: nothing rests
  inTransit: number // units of held that the ledger has not decided yet
  buyers: number
}

// All numbers of a segment at one instant; returning units that have rested count as available.
export const readSegment = (segment: Segment, nowMs: number): SegmentReading => {
  mature(segment, nowMs)
  const transit = [...segment.inTransit.values()].map((buyerId) => segment.buyers.get(buyerId)!)
  return {
    segment: 0,
    state: segment.state,
    epoch: segment.epoch,
    version: segment.version,
    saleVersion: segment.copy?.version ?? 0,
    share: segment.share,
    available: segment.available,
    returning: unitsOf(segment.returning),
    held: heldUnits(segment),
    out: 0,
    outTo: [],
    restsMs: Math.min(...segment.returning.map((one) => one.sellableAtMs - nowMs), Infinity),
    inTransit: unitsOf(transit),
    buyers: segment.buyers.size,
  }
}
