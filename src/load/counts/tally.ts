// What happened to the buyers of one process, in numbers that can be added to those of another one.
// Latency counts from the planned instant of an attempt, so that a server (or a generator) that falls
// behind cannot hide it.

import { cpuMs } from '../clocks.ts'
import { addCounts, type Counts } from './count.ts'
import { addHistogram, type Histogram, newHistogram } from './histogram.ts'
import { addTimeline, newTimeline, type Timeline } from './timeline.ts'

// early: before the start · opening: the first attempt of each buyer · retry: asking again for
// something to buy · again: asking again with an order in hand
export const WHYS = ['early', 'opening', 'retry', 'again'] as const
export type Why = (typeof WHYS)[number]

// recorded: from the planned click until the ledger had the order, by the word of the order itself
export const TIMED = ['opening', 'later', 'recorded', 'payment', 'cancel', 'look'] as const
export type Timed = (typeof TIMED)[number]

export interface Tally {
  sent: Record<Why, number> // and answered, or not
  dropped: number // planned and never sent: no connection was free in time
  late: number // sent more than LATE_MS after they were planned
  queued: number // of the late: those that were ready in time and waited for a connection
  latestMs: number
  outcomes: Record<Why, Counts>
  cancels: Counts // by answer, like the next two
  payments: Counts
  looks: Counts
  faults: Counts // why there was no answer
  gateways: Counts // answers by who gave them
  moved: number // how often a buyer went to another gateway
  undecided: number // attempts that may have got an order which nobody was told of
  latency: Record<Timed, Histogram>
  timeline: Timeline
  openingEndedAtMs: number // when the last first attempt was answered
  openingCpuMs: { from: number; until: number } // of this process, from the first one sent until then
  ordersAtMs: number[] // when each order of this herd was first told of
  paidAtMs: number[] // when each was first seen paid
  gaveBackAtMs: number[] // when units were given back: cancelled, or not paid in time
  soldOutAskedAtMs: number // the last attempt that was answered sold-out
  broken: string[] // words the server broke, the first of them
  brokenCount: number
}

export const newTally = (openedAtMs: number): Tally => ({
  sent: { early: 0, opening: 0, retry: 0, again: 0 },
  dropped: 0,
  late: 0,
  queued: 0,
  latestMs: 0,
  outcomes: { early: new Map(), opening: new Map(), retry: new Map(), again: new Map() },
  cancels: new Map(),
  payments: new Map(),
  looks: new Map(),
  faults: new Map(),
  gateways: new Map(),
  moved: 0,
  undecided: 0,
  latency: {
    opening: newHistogram(),
    later: newHistogram(),
    recorded: newHistogram(),
    payment: newHistogram(),
    cancel: newHistogram(),
    look: newHistogram(),
  },
  timeline: newTimeline(openedAtMs),
  openingEndedAtMs: -Infinity,
  openingCpuMs: { from: 0, until: 0 },
  ordersAtMs: [],
  paidAtMs: [],
  gaveBackAtMs: [],
  soldOutAskedAtMs: -Infinity,
  broken: [],
  brokenCount: 0,
})

export const addTally = (into: Tally, from: Tally) => {
  for (const why of WHYS) {
    into.sent[why] += from.sent[why]
    addCounts(into.outcomes[why], from.outcomes[why])
  }
  for (const what of TIMED) addHistogram(into.latency[what], from.latency[what])
  for (const what of ['dropped', 'late', 'queued', 'moved', 'undecided', 'brokenCount'] as const)
    into[what] += from[what]
  for (const what of ['latestMs', 'openingEndedAtMs', 'soldOutAskedAtMs'] as const)
    into[what] = Math.max(into[what], from[what])
  for (const what of ['cancels', 'payments', 'looks', 'faults', 'gateways'] as const)
    addCounts(into[what], from[what])
  for (const what of ['ordersAtMs', 'paidAtMs', 'gaveBackAtMs'] as const)
    into[what] = into[what].concat(from[what])
  into.openingCpuMs.from += from.openingCpuMs.from
  into.openingCpuMs.until += from.openingCpuMs.until
  into.broken = [...into.broken, ...from.broken].slice(0, BROKEN_SHOWN_MAX)
  addTimeline(into.timeline, from.timeline)
}

export const countOpeningSent = (tally: Tally) => {
  if (tally.openingCpuMs.from === 0) tally.openingCpuMs = { from: cpuMs(), until: cpuMs() }
}

export const countOpeningAnswer = (tally: Tally, atMs: number) => {
  tally.openingEndedAtMs = Math.max(tally.openingEndedAtMs, atMs)
  tally.openingCpuMs.until = cpuMs()
}

export const LATE_MS = 10

export const countLateness = (
  tally: Tally,
  { plannedMs, postedMs, sentAtMs }: { plannedMs: number; postedMs: number; sentAtMs: number },
) => {
  tally.latestMs = Math.max(tally.latestMs, sentAtMs - plannedMs)
  if (sentAtMs <= plannedMs + LATE_MS) return
  tally.late += 1
  if (postedMs <= plannedMs + LATE_MS) tally.queued += 1
}

const BROKEN_SHOWN_MAX = 20

export const countBroken = (tally: Tally, detail: string) => {
  tally.brokenCount += 1
  if (tally.broken.length < BROKEN_SHOWN_MAX) tally.broken.push(detail)
}
