// Attempts of one segment's buyers, with the units of all the other segments behind it. An empty segment
// is not a sold-out sale: units are brought from the richest ones, and the attempts are decided at home
// again. Nobody is told "sold out" before two readings of all segments, equal in every version, show
// fewer units than asked, and none on its way from one segment to another. Until the first unit that rests
// may be sold again, that needs no further reading.

import type { SaleId } from '../domain/ids.ts'
import type { Reserved, SegmentReading } from '../domain/stock.ts'
import type { Clock } from '../ports/clock.ts'
import type { ReserveBatch, SoldOutReading, Stock } from '../ports/stock.ts'
import { SOLD_OUT_MEMORY_MS } from './sold-out-memory.ts'

export interface DecidedAttempt {
  reserved: Reserved | { answer: 'busy' } // busy: others were quicker, and it is late
  epoch: number
  queued: boolean
}

export interface DecidedBatch {
  decided: DecidedAttempt[] // one per attempt, in order
  // Of all segments at once, where it is known.
  seen: { epoch: number; reading: SoldOutReading }
}

export interface EverywhereDeps {
  stock: Stock
  elapsedMs: () => number
  pause: Clock['pause']
  withinMs?: number // how long a batch goes for units that others are quicker to take
}

export type ReserveEverywhere = (batch: ReserveBatch) => Promise<DecidedBatch>

const WITHIN_MS = 500

// Every call has a deadline of its own; a search, which is several of them, has this one together.
const SEARCH_MS = 1000

export const reserveEverywhere = (deps: EverywhereDeps): ReserveEverywhere => {
  const sellOut = sellingOut(deps)
  return async (batch) => {
    const { epoch, reading, queued, answers } = await deps.stock.reserve(batch)
    const decided = answers.map((reserved) => ({ reserved, epoch, queued }))
    if (batch.segments === 1) return { decided, seen: { epoch, reading } }
    const stopping = new AbortController()
    const late = deps.pause(SEARCH_MS, stopping.signal).then(() => undefined)
    const selling = sellOut(batch, { decided, signal: stopping.signal })
    const seen = await Promise.race([selling, late]).catch(() => undefined)
    stopping.abort()
    // What is late, or could not be asked, is a question of those it concerns and of nobody else.
    if (seen?.result !== 'answered') comeAgain(decided, placesOf(decided, 'sold-out'), 'busy')
    const unknown = { epoch, reading: { version: 0, left: Infinity } }
    return { decided: [...decided], seen: seen?.whole ?? unknown }
  }
}

interface SoldOut {
  result: 'answered'
  whole?: WholeReading | undefined // of all segments, if they were read
}

// What was refused is decided again in `decided`. One batch of a sale at a time looks for units: what it
// finds out serves those who wait.
const sellingOut = ({ stock, elapsedMs, withinMs = WITHIN_MS }: EverywhereDeps) => {
  const empty = new Map<SaleId, number>() // until when nothing of a sale can be sold
  const searches = new Map<SaleId, Promise<Found>>()

  const isEmpty = (saleId: SaleId) => elapsedMs() < (empty.get(saleId) ?? 0)

  const search = (batch: ReserveBatch, units: number[]): Promise<Found> => {
    const { saleId } = batch
    const searching = bringUnits(stock, batch, { units, elapsedMs }).finally(() =>
      searches.delete(saleId),
    )
    searches.set(saleId, searching)
    return searching
  }

  return async (
    batch: ReserveBatch,
    { decided, signal }: { decided: DecidedAttempt[]; signal: AbortSignal },
  ): Promise<SoldOut> => {
    const { saleId } = batch
    const lateMs = elapsedMs() + withinMs
    if (placesOf(decided, 'ended').length > 0)
      return { result: 'answered', whole: await readWhole(stock, batch) }
    for (;;) {
      const refused = placesOf(decided, 'sold-out')
      if (refused.length === 0 || isEmpty(saleId)) return { result: 'answered' }
      if (elapsedMs() > lateMs) return comeAgain(decided, refused, 'busy')
      const before = searches.get(saleId)
      if (before) {
        await before.catch(() => undefined) // told to the batch whose search it is
        continue
      }
      const attempts = refused.map((at) => batch.attempts[at]!)
      const found = await search(
        batch,
        attempts.map(({ units }) => units),
      )
      if (found.result === 'rebuilding') return comeAgain(decided, refused, 'rebuilding')
      if (found.result === 'nothing') {
        if (found.reading.available === 0) empty.set(saleId, found.untilMs)
        return { result: 'answered', whole: found.reading }
      }
      if (signal.aborted) return { result: 'answered' } // nobody waits any more
      const { answers, epoch, queued } = await stock.reserve({ ...batch, attempts })
      for (const [place, at] of refused.entries())
        decided[at] = { reserved: answers[place]!, epoch, queued }
    }
  }
}

const placesOf = (decided: DecidedAttempt[], answer: Reserved['answer']): number[] =>
  decided.flatMap(({ reserved }, at) => (reserved.answer === answer ? at : []))

const comeAgain = (
  decided: DecidedAttempt[],
  places: number[],
  answer: 'busy' | 'rebuilding',
): SoldOut => {
  for (const at of places) decided[at] = { ...decided[at]!, reserved: { answer } }
  return { result: 'answered' }
}

type Found =
  | { result: 'brought' | 'changing' } // decide again
  | { result: 'rebuilding' }
  | { result: 'nothing'; reading: WholeReading; untilMs: number } // can be sold

// Brings units to a segment that has too few; or finds, in two equal readings, that there are none.
const bringUnits = async (
  stock: Stock,
  batch: ReserveBatch,
  { units, elapsedMs }: { units: number[]; elapsedMs: () => number }, // asked for by each
): Promise<Found> => {
  const { saleId, segment: to } = batch
  const least = Math.min(...units)
  const first = await readWhole(stock, batch)
  if (first === undefined) return { result: 'rebuilding' }
  const begun = first.all.flatMap(({ segment: from, outTo }) => outTo.map((to) => ({ from, to })))
  for (const transfer of begun) await stock.move({ saleId, ...transfer, units: 0 })
  if (begun.length > 0) return { result: 'brought' }
  if (first.available < least) {
    const sentAtMs = elapsedMs()
    const second = await readWhole(stock, batch)
    const same = second?.epoch === first.epoch && second.reading.version === first.reading.version
    if (!same || second.available >= least) return { result: 'changing' }
    return { result: 'nothing', reading: second, untilMs: sentAtMs + second.restsMs }
  }
  const others = first.all.filter(({ segment }) => segment !== to)
  const moves = movesFor(
    others,
    units.reduce((sum, one) => sum + one, 0),
  )
  if (moves.length === 0) return { result: 'changing' } // the units are here by now
  const moved = await Promise.all(moves.map((move) => stock.move({ saleId, to, ...move })))
  return { result: moved.includes(undefined) ? 'rebuilding' : 'brought' }
}

// From the richest segment, and from the next ones if it has too few.
const movesFor = (others: SegmentReading[], wanted: number) => {
  const moves: { from: number; units: number }[] = []
  let left = wanted
  for (const { segment: from, available } of others.toSorted((a, b) => b.available - a.available)) {
    if (left <= 0 || available === 0) break
    moves.push({ from, units: left })
    left -= available
  }
  return moves
}

interface WholeReading {
  epoch: number
  available: number
  reading: SoldOutReading // the versions of all segments only grow, so their sum says whether one has
  restsMs: number // before this no unit that rests now, or will come back, can be sold
  all: SegmentReading[]
}

// Every segment of a sale, where all of them are open in one epoch.
const readWhole = async (
  stock: Stock,
  { saleId, segments }: Pick<ReserveBatch, 'saleId' | 'segments'>,
): Promise<WholeReading | undefined> => {
  const all = await stock.read(saleId)
  const epoch = all[0]?.epoch ?? 0
  const isWhole = all.every((one) => one.state === 'open' && one.epoch === epoch)
  if (all.length !== segments || !isWhole) return undefined
  const sum = (of: (one: SegmentReading) => number) => all.reduce((all, one) => all + of(one), 0)
  const available = sum((one) => one.available)
  const left = available + sum((one) => one.returning + one.out)
  const reading = { version: sum((one) => one.version), left }
  const restsMs = Math.min(SOLD_OUT_MEMORY_MS, ...all.map((one) => one.restsMs))
  return { epoch, available, reading, restsMs, all }
}
