// What happened, in numbers. Latency counts from the planned instant of an attempt, so that a server
// (or a generator) that falls behind cannot hide it.

import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'

// opening: the first attempt of each buyer; the others follow from what was answered.
export const WHYS = ['opening', 'retry', 'again', 'chase'] as const
export type Why = (typeof WHYS)[number]

export interface Tally {
  sent: Record<Why, number>
  dropped: number // planned and never sent: too many were waiting already
  late: number // handed over long after they were planned: the generator had no time
  latestMs: number
  queued: number // then waited long for a connection: the answers were slow
  outcomes: { opening: Map<string, number>; later: Map<string, number> }
  faults: Map<string, number> // why there was no answer
  latency: { opening: RecordableHistogram; later: RecordableHistogram; cancel: RecordableHistogram }
  openedAtMs: number // the first planned instant
  openingEndedAtMs: number // when the last first attempt was answered
  openingCpuMs: { from: number; until: number } // of this process, between the two
  ordersAtMs: number[] // when each order of this herd was first told of
  cancels: Map<string, number> // cancels by answer
  cancelledAtMs: number[]
  broken: string[] // words the server broke, the first of them
  brokenCount: number
}

export const newTally = (): Tally => ({
  sent: { opening: 0, retry: 0, again: 0, chase: 0 },
  dropped: 0,
  late: 0,
  latestMs: 0,
  queued: 0,
  outcomes: { opening: new Map(), later: new Map() },
  faults: new Map(),
  latency: { opening: histogram(), later: histogram(), cancel: histogram() },
  openedAtMs: Infinity,
  openingEndedAtMs: -Infinity,
  openingCpuMs: { from: 0, until: 0 },
  ordersAtMs: [],
  cancels: new Map(),
  cancelledAtMs: [],
  broken: [],
  brokenCount: 0,
})

// In microseconds, up to two minutes.
const histogram = () => createHistogram({ lowest: 1, highest: 120_000_000, figures: 3 })

export const recordLatency = (latency: RecordableHistogram, tookMs: number) =>
  latency.record(Math.min(120_000_000, Math.max(1, Math.round(tookMs * 1000))))

export const count = (counts: Map<string, number>, name: string) =>
  counts.set(name, (counts.get(name) ?? 0) + 1)

export const countOpened = (tally: Tally, plannedMs: number) => {
  if (tally.sent.opening === 0) tally.openingCpuMs.from = cpuMs()
  tally.openedAtMs = Math.min(tally.openedAtMs, plannedMs)
}

export const countOpeningAnswer = (tally: Tally, atMs: number) => {
  tally.openingEndedAtMs = Math.max(tally.openingEndedAtMs, atMs)
  tally.openingCpuMs.until = cpuMs()
}

const cpuMs = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const LATE_MS = 10

export const countLateness = (
  tally: Tally,
  { plannedMs, postedMs, sentAtMs }: { plannedMs: number; postedMs: number; sentAtMs: number },
) => {
  if (postedMs > plannedMs + LATE_MS) tally.late += 1
  if (sentAtMs > postedMs + LATE_MS) tally.queued += 1
  tally.latestMs = Math.max(tally.latestMs, postedMs - plannedMs)
}

const BROKEN_SHOWN_MAX = 20

export const countBroken = (tally: Tally, detail: string) => {
  tally.brokenCount += 1
  if (tally.broken.length < BROKEN_SHOWN_MAX) tally.broken.push(detail)
}
