// The result of a saturation as one plain object.

import { type Books, readBooks } from '../books.ts'
import { addCounts, type Counts } from '../counts/count.ts'
import { addHistogram, newHistogram, percentilesOf, type Percentiles } from '../counts/histogram.ts'
import { addTimeline, newTimeline, type Timeline } from '../counts/timeline.ts'
import { openingRates, type Rate } from '../outcome/rates.ts'
import { type Series, seriesOf } from '../outcome/series.ts'
import type { PreparedSale } from '../prepare.ts'
import type { OperatorApi } from '../target.ts'
import type { SaturationTally } from './closed-loop.ts'
import type { SaturateOptions } from './saturate.ts'

export interface SaturationResult {
  good: boolean
  broken: string[]
  saleId: string
  strategy: string // of the sale
  segments: number
  buyers: number
  connections: number
  at: string // when the first attempts left
  tookMs: number
  outcomes: Record<string, Rate>
  faults: Record<string, number>
  latencyMs: Percentiles | undefined // of the loop: from sending to the answer
  generator: { processes: number; cpuShare: number } // of one core, all together
  audit: Books
  overTime: Series
}

export const saturationResult = async (
  api: OperatorApi,
  of: { options: SaturateOptions; sale: PreparedSale; tallies: SaturationTally[] },
): Promise<SaturationResult> => {
  const { options, sale, tallies } = of
  const { buyers, connections, processes } = options
  const { timeline, faults, cpuMs, endedAtMs } = addUp(tallies)
  const tookMs = Math.round(endedAtMs - timeline.openedAtMs)
  const { outcomes, latency } = inAll(timeline)
  const audit = await readBooks(api, sale.saleId)
  const broken = brokenWords(outcomes, { audit, own: sale.own })
  return {
    good: broken.length === 0,
    broken,
    saleId: sale.saleId,
    strategy: sale.strategy,
    segments: sale.segments,
    buyers,
    connections,
    at: new Date(timeline.openedAtMs).toISOString(),
    tookMs,
    outcomes: openingRates(outcomes, tookMs),
    faults: Object.fromEntries(faults),
    latencyMs: percentilesOf(latency),
    generator: { processes, cpuShare: Math.round((cpuMs / tookMs) * 1000) / 1000 },
    audit,
    overTime: seriesOf(timeline),
  }
}

const addUp = (tallies: SaturationTally[]): SaturationTally => {
  const timeline = newTimeline(tallies[0]!.timeline.openedAtMs)
  const faults: Counts = new Map()
  for (const tally of tallies) {
    addTimeline(timeline, tally.timeline)
    addCounts(faults, tally.faults)
  }
  const cpuMs = tallies.reduce((sum, tally) => sum + tally.cpuMs, 0)
  const endedAtMs = Math.max(...tallies.map((tally) => tally.endedAtMs))
  return { timeline, faults, cpuMs, endedAtMs }
}

const inAll = (timeline: Timeline) => {
  const outcomes: Counts = new Map()
  const latency = newHistogram()
  for (const counts of timeline.outcomes.values()) addCounts(outcomes, counts)
  for (const histogram of timeline.latency.values()) addHistogram(latency, histogram)
  return { outcomes, latency }
}

const brokenWords = (
  outcomes: Counts,
  { audit, own }: { audit: Books; own: boolean },
): string[] => {
  const accepted = outcomes.get('accepted') ?? 0
  const broken: string[] = []
  if (own && accepted > 0) broken.push(`${accepted} attempts accepted in a sale that was sold out`)
  if (audit.oversold > 0) broken.push(`${audit.oversold} units oversold`)
  if (audit.duplicateBuyers > 0) broken.push(`${audit.duplicateBuyers} buyers with two live orders`)
  return broken
}
