// A tally as it can travel to another process and be plotted: tenths of a second and whole seconds.

import { addCounts, type Counts as ByName } from '../../../src/load/counts/count.ts'
import {
  addHistogram,
  newHistogram,
  type Percentiles,
  percentilesOf,
} from '../../../src/load/counts/histogram.ts'
import { SLICE_MS } from '../../../src/load/counts/timeline.ts'
import type { Tally } from './counts.ts'

export interface OpenLoopReport extends Omit<
  Tally,
  | 'timeline'
  | 'droppedAt'
  | 'outcomes'
  | 'firstAnswers'
  | 'finalAnswers'
  | 'onConnection'
  | 'idleMs'
> {
  beginsAtMs: number
  outcomes: Record<string, number>
  firstAnswers: Percentiles | null // in milliseconds
  finalAnswers: Percentiles | null
  onConnection: Percentiles | null
  busyShare: number // of the generator's core
  tenths: Span[]
  seconds: Span[]
}

// Outcomes by when they were told (or dropped, by when that was), latency by when the attempt was planned.
export interface Span {
  fromMs: number // since the first arrival
  outcomes: Record<string, number>
  p50: number | null
  p99: number | null
}

const SLICES = { tenths: 1, seconds: 1000 / SLICE_MS }

export const openLoopReport = (tally: Tally): OpenLoopReport => {
  const {
    timeline,
    droppedAt: _,
    outcomes,
    firstAnswers,
    finalAnswers,
    onConnection,
    idleMs,
    ...numbers
  } = tally
  const beginsAtMs = timeline.openedAtMs
  return {
    ...numbers,
    beginsAtMs,
    outcomes: Object.fromEntries(outcomes),
    firstAnswers: percentilesOf(firstAnswers) ?? null,
    finalAnswers: percentilesOf(finalAnswers) ?? null,
    onConnection: percentilesOf(onConnection) ?? null,
    busyShare: 1 - idleMs / (numbers.endedAtMs - beginsAtMs),
    tenths: spansOf(tally, SLICES.tenths),
    seconds: spansOf(tally, SLICES.seconds),
  }
}

const spansOf = ({ timeline: { outcomes, latency }, droppedAt }: Tally, slices: number): Span[] => {
  const last = Math.max(-1, ...outcomes.keys(), ...latency.keys(), ...droppedAt.keys())
  return Array.from({ length: Math.ceil((last + 1) / slices) }, (_, span) => {
    const counts: ByName = new Map()
    const took = newHistogram()
    for (let slice = span * slices; slice < (span + 1) * slices; slice += 1) {
      addCounts(counts, outcomes.get(slice) ?? new Map())
      const dropped = droppedAt.get(slice)
      if (dropped) addCounts(counts, new Map([['dropped', dropped]]))
      addHistogram(took, latency.get(slice) ?? newHistogram())
    }
    const { p50 = null, p99 = null } = percentilesOf(took) ?? {}
    const fromMs = span * slices * SLICE_MS
    return { fromMs, outcomes: Object.fromEntries(counts), p50, p99 }
  })
}
