// What happened over time, as columns that a plot can draw: a run of any length in a bounded number of
// points, each of them exact.

import { addCounts, type Counts } from '../counts/count.ts'
import { addHistogram, newHistogram, percentilesOf } from '../counts/histogram.ts'
import { SLICE_MS, type Timeline } from '../counts/timeline.ts'
import type { StockSample } from '../story.ts'

export interface Series {
  everyMs: number
  seconds: number[] // since the opening, where each point begins
  answersPerSecond: Record<string, number[]> // by outcome, when they came
  latencyMs: Record<'max' | 'p99' | 'p50', (number | null)[]> // by planned instant
}

export interface UnitSeries {
  seconds: number[]
  available: number[]
  accepted: number[] // told yes, and not given back
  paid: number[]
}

const POINTS_MAX = 200

export const seriesOf = ({ outcomes, latency }: Timeline): Series => {
  const slices = [...outcomes.keys(), ...latency.keys()].sort(ascending)
  const [first = 0, last = 0] = [slices[0], slices.at(-1)]
  const slicesEach = Math.max(1, Math.ceil((last - first + 1) / POINTS_MAX))
  const starts: number[] = []
  for (let at = first; at <= last; at += slicesEach) starts.push(at)
  const everyMs = slicesEach * SLICE_MS
  const points = starts.map((start) => pointAt({ outcomes, latency }, { start, slicesEach }))
  const names = [...new Set(points.flatMap((point) => [...point.counts.keys()]))].sort()
  const perSecond = (name: string) =>
    points.map(({ counts }) => Math.round(((counts.get(name) ?? 0) / everyMs) * 1000))
  const column = (what: 'p50' | 'p99' | 'max') =>
    points.map(({ percentiles }) => (percentiles ? rounded(percentiles[what]) : null))
  return {
    everyMs,
    seconds: starts.map((start) => rounded((start * SLICE_MS) / 1000)),
    answersPerSecond: Object.fromEntries(names.map((name) => [name, perSecond(name)])),
    latencyMs: { max: column('max'), p99: column('p99'), p50: column('p50') },
  }
}

const pointAt = (
  { outcomes, latency }: Pick<Timeline, 'outcomes' | 'latency'>,
  { start, slicesEach }: { start: number; slicesEach: number },
) => {
  const counts: Counts = new Map()
  const all = newHistogram()
  for (let at = start; at < start + slicesEach; at += 1) {
    addCounts(counts, outcomes.get(at) ?? new Map())
    addHistogram(all, latency.get(at) ?? newHistogram())
  }
  return { counts, percentiles: percentilesOf(all) }
}

// Sampled from the operator's view; accepted and paid as the buyers were told.
export const unitSeriesOf = (
  samples: StockSample[],
  of: { openedAtMs: number; ordersAtMs: number[]; gaveBackAtMs: number[]; paidAtMs: number[] },
): UnitSeries => {
  const every = Math.max(1, Math.ceil(samples.length / POINTS_MAX))
  const shown = samples.filter((_, at) => at % every === 0 || at === samples.length - 1)
  const [orders, backs, paid] = [of.ordersAtMs, of.gaveBackAtMs, of.paidAtMs].map(untilOf) as [
    Until,
    Until,
    Until,
  ]
  return {
    seconds: shown.map(({ atMs }) => Math.round(atMs - of.openedAtMs) / 1000),
    available: shown.map(({ available }) => available),
    accepted: shown.map(({ atMs }) => orders(atMs) - backs(atMs)),
    paid: shown.map(({ atMs }) => paid(atMs)),
  }
}

type Until = (atMs: number) => number

// How many of these instants had come by then.
const untilOf = (instants: number[]): Until => {
  const sorted = [...instants].sort(ascending)
  let seen = 0
  return (atMs) => {
    while (seen < sorted.length && sorted[seen]! <= atMs) seen += 1
    return seen
  }
}

const ascending = (one: number, other: number) => one - other
const rounded = (value: number) => Math.round(value * 100) / 100
