// The result of a load run as one plain object: what --json prints and the report spells out. The
// verdict is here: every way in which what buyers were told and what the books say can disagree.

import type { RecordableHistogram } from 'node:perf_hooks'
import type { AuditorsWord } from './auditor.ts'
import { type Books, recordedOf, isAtRest } from './books.ts'
import { type Resold, resoldOf } from './resold.ts'
import type { Tally } from './tally.ts'

export interface LoadResult {
  good: boolean
  broken: string[] // what was promised and not kept
  saleId: string
  seed: number
  buyers: number
  units: number // available at the opening
  overMs: number
  attempts: Tally['sent'] & { dropped: number; late: number; latestMs: number; queued: number }
  opening: { tookMs: number; outcomes: Record<string, number>; perSecond: Record<string, number> }
  later: { outcomes: Record<string, number> }
  faults: Record<string, number>
  soldOutAfterMs: number | undefined
  latencyMs: Record<keyof Tally['latency'], Latency | undefined>
  accepted: number // orders this herd was told of
  recorded: number // orders the ledger got meanwhile
  unknown: number // buyers who may have an order and were not told
  cancels: Record<string, number>
  resold: Resold
  generator: { cpuShare: number; busy: boolean } // of one core, during the opening
  audit: Books
  auditor: AuditorsWord | undefined
}

export interface Measured {
  saleId: string
  seed: number
  buyers: number
  overMs: number
  tally: Tally
  before: Books
  after: Books
  unknown: number
  stillSoldOut: number // buyers who would have bought to the last
  auditor: AuditorsWord | undefined
}

// From where on the figures are also the generator's own.
const BUSY_SHARE = 0.85 // of a core
const LATE_SHARE = 0.01 // of the attempts

export const loadResult = (measured: Measured): LoadResult => {
  const { saleId, seed, buyers, overMs, tally, before, after, unknown, auditor } = measured
  const units = before.available + before.returning
  const tookMs = Math.max(0, tally.openingEndedAtMs - tally.openedAtMs)
  const { from, until } = tally.openingCpuMs
  const cpuShare = tookMs > 0 ? (until - from) / tookMs : 0
  const accepted = tally.ordersAtMs.length
  const recorded = recordedOf(after) - recordedOf(before)
  const lastUnitAtMs = [...tally.ordersAtMs].sort((one, other) => one - other)[units - 1]
  const resold = resoldOf({ available: units, ...tally })
  const outcomes = Object.fromEntries(tally.outcomes.opening)
  const broken = brokenWords(measured, { accepted, recorded, resold })
  return {
    good: broken.length === 0,
    broken,
    saleId,
    seed,
    buyers,
    units,
    overMs,
    attempts: {
      ...tally.sent,
      dropped: tally.dropped,
      late: tally.late,
      latestMs: rounded(tally.latestMs),
      queued: tally.queued,
    },
    opening: { tookMs: rounded(tookMs), outcomes, perSecond: perSecond(outcomes, tookMs) },
    later: { outcomes: Object.fromEntries(tally.outcomes.later) },
    faults: Object.fromEntries(tally.faults),
    soldOutAfterMs:
      lastUnitAtMs === undefined ? undefined : rounded(lastUnitAtMs - tally.openedAtMs),
    latencyMs: {
      opening: latencyOf(tally.latency.opening),
      later: latencyOf(tally.latency.later),
      cancel: latencyOf(tally.latency.cancel),
    },
    accepted,
    recorded,
    unknown,
    cancels: Object.fromEntries(tally.cancels),
    resold,
    generator: { cpuShare, busy: cpuShare > BUSY_SHARE || tally.late > buyers * LATE_SHARE },
    audit: after,
    auditor,
  }
}

const brokenWords = (
  { tally, after, unknown, stillSoldOut, auditor }: Measured,
  { accepted, recorded, resold }: { accepted: number; recorded: number; resold: Resold },
): string[] => {
  const { oversold, duplicateBuyers, drift } = after
  const broken = [...tally.broken]
  if (tally.brokenCount > broken.length) broken.push(`${tally.brokenCount} words broken in all`)
  if (recorded < accepted) broken.push(`${accepted} orders accepted, only ${recorded} recorded`)
  if (recorded > accepted + unknown)
    broken.push(
      `${recorded} orders recorded, ${accepted} accepted and ${unknown} unknown: ` +
        'somebody was not told, or others are buying too',
    )
  if (oversold > 0) broken.push(`${oversold} units oversold`)
  if (duplicateBuyers > 0) broken.push(`${duplicateBuyers} buyers with two live orders`)
  if (drift !== null && drift > 0) broken.push(`${drift} orders on which the books disagree`)
  if (!isAtRest(after)) broken.push('the sale did not come to rest')
  if (resold.unsold > 0 && stillSoldOut > 0 && unknown === 0)
    broken.push(`${resold.unsold} units came back and were not for sale again`)
  if (auditor?.holds === false) broken.push(...auditor.broken.map((word) => `auditor: ${word}`))
  return broken
}

export interface Latency {
  count: number
  p50: number
  p90: number
  p99: number
  p999: number
  max: number
}

const latencyOf = (latency: RecordableHistogram): Latency | undefined => {
  if (latency.count === 0) return undefined
  const at = (percentile: number) => latency.percentile(percentile) / 1000
  const { count, max } = latency
  return { count, p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max: max / 1000 }
}

const perSecond = (outcomes: Record<string, number>, tookMs: number) =>
  Object.fromEntries(
    Object.entries(outcomes).map(([name, count]) => [
      name,
      tookMs > 0 ? Math.round((count / tookMs) * 1000) : 0,
    ]),
  )

const rounded = (value: number) => Math.round(value * 10) / 10
