// What happened when: answers by outcome in the tenth of a second in which they came, and latency in
// the one in which the attempt was planned, so that those who waited long stand where they began to.

import { addCounts, count } from './count.ts'
import { addHistogram, type Histogram, newHistogram, record } from './histogram.ts'

export const SLICE_MS = 100

// By slices since the opening; the first are negative when some came early.
export interface Timeline {
  openedAtMs: number
  outcomes: Map<number, Map<string, number>>
  latency: Map<number, Histogram>
}

export const newTimeline = (openedAtMs: number): Timeline => ({
  openedAtMs,
  outcomes: new Map(),
  latency: new Map(),
})

export const recordAnswer = (
  timeline: Timeline,
  { outcome, plannedMs, atMs }: { outcome: string; plannedMs: number; atMs: number },
) => {
  count(sliceOf(timeline.outcomes, sliceAt(timeline, atMs), newCounts), outcome)
  record(sliceOf(timeline.latency, sliceAt(timeline, plannedMs), newHistogram), atMs - plannedMs)
}

export const addTimeline = (into: Timeline, from: Timeline) => {
  for (const [at, outcomes] of from.outcomes)
    addCounts(sliceOf(into.outcomes, at, newCounts), outcomes)
  for (const [at, latency] of from.latency)
    addHistogram(sliceOf(into.latency, at, newHistogram), latency)
}

export const sliceAt = ({ openedAtMs }: Timeline, atMs: number): number =>
  Math.floor((atMs - openedAtMs) / SLICE_MS)

const newCounts = () => new Map<string, number>()

const sliceOf = <Value>(slices: Map<number, Value>, at: number, make: () => Value): Value => {
  let slice = slices.get(at)
  if (slice === undefined) slices.set(at, (slice = make()))
  return slice
}
