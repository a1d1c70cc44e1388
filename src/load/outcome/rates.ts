// How much of each kind, and how fast: accepted, recorded and each refusal apart, never one for another.

import { addCounts, type Counts } from '../counts/count.ts'
import { SLICE_MS, type Timeline } from '../counts/timeline.ts'
import type { StockSample } from '../story.ts'

export interface Rate {
  count: number
  perSecond: number // from the opening to the last first answer
}

export interface PeakRate {
  count: number // also later ones
  busiestPerSecond: number // in the busiest second of all
}

export const openingRates = (outcomes: Counts, tookMs: number): Record<string, Rate> =>
  Object.fromEntries(
    [...outcomes].map(([name, count]) => [name, { count, perSecond: perSecond(count, tookMs) }]),
  )

const SLICES_A_SECOND = 1000 / SLICE_MS

export const peakRates = ({ outcomes }: Timeline): Record<string, PeakRate> => {
  const all: Counts = new Map()
  for (const counts of outcomes.values()) addCounts(all, counts)
  const inSecondFrom = (slice: number, name: string) => {
    let sum = 0
    for (let at = slice; at < slice + SLICES_A_SECOND; at += 1)
      sum += outcomes.get(at)?.get(name) ?? 0
    return sum
  }
  const busiest = (name: string) =>
    [...outcomes.keys()].reduce((most, slice) => Math.max(most, inSecondFrom(slice, name)), 0)
  return Object.fromEntries(
    [...all].map(([name, count]) => [name, { count, busiestPerSecond: busiest(name) }]),
  )
}

const MOST = 0.9

// From the opening until the books had nine tenths of the most new units that they ever had at once, to
// the precision of the samples; undefined when nothing was recorded.
export const recordedPerSecond = (
  samples: StockSample[],
  { openedAtMs, liveBefore }: { openedAtMs: number; liveBefore: number },
): number | undefined => {
  const most = samples.reduce((max, { live }) => Math.max(max, live - liveBefore), 0)
  const first = samples.find(({ live }) => live - liveBefore >= most * MOST)
  if (first === undefined || most === 0) return undefined
  return perSecond(first.live - liveBefore, first.atMs - openedAtMs)
}

const perSecond = (count: number, tookMs: number) =>
  tookMs > 0 ? Math.round((count / tookMs) * 1000) : 0
