// The result of a load run as one plain object: what --json prints and the reports spell out.

import type { AuditorsWord } from '../auditor.ts'
import { type Books, recordedOf } from '../books.ts'
import type { Curve } from '../buyers/arrivals.ts'
import type { Shares } from '../buyers/habits.ts'
import type { Clock } from '../clocks.ts'
import { addCounts, type Counts } from '../counts/count.ts'
import { type Percentiles, percentilesOf } from '../counts/histogram.ts'
import { type Tally, TIMED, type Timed } from '../counts/tally.ts'
import type { LoadOptions } from '../load.ts'
import type { PreparedSale } from '../prepare.ts'
import type { CountedInAll } from '../processes/generators.ts'
import type { Story } from '../story.ts'
import { type GeneratorUse, generatorUse } from './generator-use.ts'
import { openingRates, type PeakRate, peakRates, type Rate, recordedPerSecond } from './rates.ts'
import { type Resold, resoldOf } from './resold.ts'
import { type Series, seriesOf, type UnitSeries, unitSeriesOf } from './series.ts'
import { brokenWords, notesOf } from './verdict.ts'

export interface LoadResult {
  good: boolean
  broken: string[] // what was promised and not kept
  notes: string[] // what a reader of the figures has to know
  saleId: string
  strategy: string // of the sale
  segments: number
  seed: number
  buyers: number
  units: number // available at the opening
  curve: Curve
  overMs: number
  shares: Shares
  connections: number
  gateways: Record<string, number> // answers by who gave them
  moved: number // how often a buyer went to another gateway
  sends: Tally['sent'] & Pick<Tally, 'dropped' | 'late' | 'queued' | 'latestMs'>
  opening: { tookMs: number; outcomes: Record<string, Rate> }
  early: { outcomes: Record<string, number> }
  later: { outcomes: Record<string, number> } // retries, and asking again
  outcomes: Record<string, PeakRate> // of all attempts
  faults: Record<string, number> // why there was no answer
  closedSockets: number // without an answer
  soldOutAfterMs: number | undefined
  latencyMs: Record<Timed, Percentiles | undefined>
  clockErrorMs: number // how far `recorded` may be off: it is between two clocks
  accepted: number // orders this herd was told of
  recorded: number // orders the ledger got meanwhile
  recordedPerSecond: number | undefined
  unknown: number // buyers who may have an order and were not told
  undecided: number // attempts whose buyers were not told whether they got one
  paid: number // orders that were seen paid
  payments: Record<string, number>
  cancels: Record<string, number>
  looks: Record<string, number>
  resold: Resold
  inTime: boolean // the story came to its end by itself
  storyMs: number
  generator: GeneratorUse
  audit: Books
  auditor: AuditorsWord | undefined
  overTime: Series & { units: UnitSeries }
}

export interface Measured {
  options: LoadOptions
  sale: PreparedSale
  counted: CountedInAll
  clock: Clock
  story: Story
  after: Books
  cpu: { ownMs: number; wallMs: number }
  auditor: AuditorsWord | undefined
}

export const loadResult = (measured: Measured): LoadResult => {
  const { options, sale, counted, clock, story, after, auditor } = measured
  const { seed, buyers, curve, overMs, shares, connections } = options
  const { tally, unknown } = counted
  const { openedAtMs } = tally.timeline
  const { before } = sale
  const units = before.available + before.returning
  const generator = generatorUse(measured)
  const resold = resoldOf({ available: units, ...tally })
  const recorded = recordedOf(after) - recordedOf(before)
  const broken = brokenWords(measured, { recorded, resold })
  return {
    good: broken.length === 0,
    broken,
    notes: notesOf(measured, { generator }),
    saleId: sale.saleId,
    strategy: sale.strategy,
    segments: sale.segments,
    seed,
    buyers,
    units,
    curve,
    overMs,
    shares,
    connections,
    gateways: Object.fromEntries(tally.gateways),
    moved: tally.moved,
    ...countsOf(tally, units),
    latencyMs: latencyOf(tally),
    clockErrorMs: rounded(clock.errorMs),
    accepted: tally.ordersAtMs.length,
    recorded,
    recordedPerSecond: recordedPerSecond(story.samples, { openedAtMs, liveBefore: before.live }),
    unknown,
    undecided: tally.undecided,
    paid: tally.paidAtMs.length,
    resold,
    inTime: story.inTime,
    storyMs: Math.round(story.overAtMs - openedAtMs),
    generator,
    audit: after,
    auditor,
    overTime: {
      ...seriesOf(tally.timeline),
      units: unitSeriesOf(story.samples, { openedAtMs, ...tally }),
    },
  }
}

const countsOf = (tally: Tally, units: number) => {
  const { dropped, late, queued, latestMs } = tally
  const { openedAtMs } = tally.timeline
  const tookMs = rounded(Math.max(0, tally.openingEndedAtMs - openedAtMs))
  const later: Counts = new Map()
  addCounts(later, tally.outcomes.retry)
  addCounts(later, tally.outcomes.again)
  const lastUnitAtMs = [...tally.ordersAtMs].sort((one, other) => one - other)[units - 1]
  return {
    sends: { ...tally.sent, dropped, late, queued, latestMs: rounded(latestMs) },
    opening: { tookMs, outcomes: openingRates(tally.outcomes.opening, tookMs) },
    early: { outcomes: Object.fromEntries(tally.outcomes.early) },
    later: { outcomes: Object.fromEntries(later) },
    outcomes: peakRates(tally.timeline),
    faults: Object.fromEntries(tally.faults),
    closedSockets: tally.faults.get('socket closed') ?? 0,
    soldOutAfterMs: lastUnitAtMs === undefined ? undefined : rounded(lastUnitAtMs - openedAtMs),
    payments: Object.fromEntries(tally.payments),
    cancels: Object.fromEntries(tally.cancels),
    looks: Object.fromEntries(tally.looks),
  }
}

const latencyOf = (tally: Tally) =>
  Object.fromEntries(TIMED.map((what) => [what, percentilesOf(tally.latency[what])])) as Record<
    Timed,
    Percentiles | undefined
  >

const rounded = (value: number) => Math.round(value * 10) / 10
