// Attempts of one segment's buyers, with the units of all the other segments behind it. An empty segment
// is not a sold-out sale: units are brought from the richest one, and the attempts are decided at home
// again. Nobody is told "sold out" before two readings of all segments, equal in every version, show
// fewer units than asked, and none on its way from one segment to another.

import type { SaleId } from '../domain/ids.ts'
import type { Reserved, SegmentReading } from '../domain/stock.ts'
import type { ReserveBatch, SoldOutReading, Stock } from '../ports/stock.ts'

export interface DecidedAttempt {
  reserved: Reserved
  epoch: number
  queued: boolean
}

export interface DecidedBatch {
  decided: DecidedAttempt[] // one per attempt, in order
  // Of all segments at once, where it is known.
  seen: { epoch: number; reading: SoldOutReading }
}

export interface SellingOut {
  isSoldOut: () => boolean // whether the whole sale was seen to be sold out a moment ago
  isLate: () => boolean // whether everybody has waited long enough: who is left may come again
}

export const reserveEverywhere = async (
  stock: Stock,
  batch: ReserveBatch,
  selling: SellingOut,
): Promise<DecidedBatch> => {
  const { epoch, reading, queued, answers } = await stock.reserve(batch)
  const decided = answers.map((reserved) => ({ reserved, epoch, queued }))
  if (batch.segments === 1) return { decided, seen: { epoch, reading } }
  const seen = await sellOut(stock, { batch, decided, ...selling })
  return { decided, seen: seen ?? { epoch, reading: { version: 0, left: Infinity } } }
}

interface Round extends SellingOut {
  batch: ReserveBatch
  decided: DecidedAttempt[] // what was refused is decided again in here
}

// Returns what was read of all segments last, if they were read.
const sellOut = async (stock: Stock, { batch, decided, isSoldOut, isLate }: Round) => {
  const { saleId, segments } = batch
  if (decided.some(({ reserved }) => reserved.answer === 'ended'))
    return readWhole(stock, { saleId, segments })
  for (;;) {
    const refused = decided.flatMap(({ reserved }, at) =>
      reserved.answer === 'sold-out' ? at : [],
    )
    if (refused.length === 0 || isSoldOut()) return undefined
    const attempts = refused.map((at) => batch.attempts[at]!)
    const units = attempts.map((attempt) => attempt.units)
    const found = isLate() ? 'rebuilding' : await bringUnits(stock, batch, units)
    if (found === 'rebuilding') {
      for (const at of refused) decided[at] = { ...decided[at]!, reserved: { answer: found } }
      return undefined
    }
    if (found !== 'try-again') return found
    const { answers, epoch, queued } = await stock.reserve({ ...batch, attempts })
    for (const [place, at] of refused.entries())
      decided[at] = { reserved: answers[place]!, epoch, queued }
  }
}

// Brings units to a segment that has too few; or finds, in two equal readings, that there are none.
const bringUnits = async (
  stock: Stock,
  { saleId, segments, segment: to }: ReserveBatch,
  units: number[], // asked for by each
) => {
  const least = Math.min(...units)
  const first = await readWhole(stock, { saleId, segments })
  if (first === undefined) return 'rebuilding'
  const begun = first.all.flatMap(({ segment: from, outTo }) => outTo.map((to) => ({ from, to })))
  for (const transfer of begun) await stock.move({ saleId, ...transfer, units: 0 })
  if (begun.length > 0) return 'try-again'
  if (first.available < least) {
    const second = await readWhole(stock, { saleId, segments })
    const same = second?.epoch === first.epoch && second.reading.version === first.reading.version
    return same && second.available < least ? second : 'try-again'
  }
  const others = first.all.filter(({ segment }) => segment !== to)
  const richest = others.reduce((most, one) => (one.available > most.available ? one : most))
  if (richest.available === 0) return 'try-again'
  const wanted = units.reduce((sum, one) => sum + one, 0)
  const moved = await stock.move({ saleId, from: richest.segment, to, units: wanted })
  return moved === undefined ? 'rebuilding' : 'try-again'
}

interface WholeReading {
  epoch: number
  available: number
  reading: SoldOutReading // the versions of all segments only grow, so their sum says whether one has
  all: SegmentReading[]
}

// Every segment of a sale, where all of them are open in one epoch.
const readWhole = async (
  stock: Stock,
  { saleId, segments }: { saleId: SaleId; segments: number },
): Promise<WholeReading | undefined> => {
  const all = await stock.read(saleId)
  const epoch = all[0]?.epoch ?? 0
  const isWhole = all.every((one) => one.state === 'open' && one.epoch === epoch)
  if (all.length !== segments || !isWhole) return undefined
  const sum = (of: (one: SegmentReading) => number) => all.reduce((all, one) => all + of(one), 0)
  const available = sum((one) => one.available)
  const left = available + sum((one) => one.returning + one.out)
  return { epoch, available, reading: { version: sum((one) => one.version), left }, all }
}
