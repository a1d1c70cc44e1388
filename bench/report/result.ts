// What a scenario's file says: medians of pairs, each beside its target, and everything about the run
// that somebody needs who wants to have it again.

import type { Cores } from '../servers/start-pinned.ts'
import type {
  BatchFigure,
  Bench,
  Busy,
  Facts,
  OverTime,
  Part,
  Sample,
  Scenario,
  Shares,
} from '../scenarios/scenario.ts'
import { type Circumstances, circumstances } from './circumstances.ts'

export interface Result extends Circumstances, Summary {
  scenario: string
  parts?: Summary[]
  connections: number
  cores: Cores | string // or why there are none
  seed: number
  overTime?: OverTime
}

export interface Summary {
  what: string
  part?: string
  target: number | null
  bound?: 'at-most'
  ratio: number | null
  ratioByCpu?: number
  value: number
  baseline: number | null
  unit: string
  met: boolean | null // null: there is no target
  acceptedPerSecond?: number
  recordedPerSecond?: number
  limitedByOthers?: true // the engine had time left: it could be faster where they are
  generatorLimited: boolean // then the baseline could have been faster, and the ratio is flattered
  samples: Sample[]
  byBatch?: BatchFigure[]
  facts?: Facts
}

// A generator that was busier than this may have been the limit.
const GENERATOR_SHARE_MAX = 0.95

// An engine that used less of its core than this was waiting for others.
const ENGINE_SHARE_MIN = 0.9

export const resultOf = (
  { scenario, what, connections, pinned }: Scenario,
  { parts, bench, command }: { parts: Part[]; bench: Bench; command: string },
): Result => {
  const summaries = parts.map(summaryOf)
  const overTime = parts.find((part) => part.overTime)?.overTime
  const nearest = summaries.toSorted((a, b) => marginOf(a) - marginOf(b))[0]!
  const { part: _, ...whole } = nearest
  return {
    scenario,
    ...whole,
    what,
    met: metByAll(summaries),
    generatorLimited: summaries.some(({ generatorLimited }) => generatorLimited),
    ...(summaries.length > 1 && { parts: summaries }),
    connections: connections ?? bench.connections,
    cores: pinned === false ? 'not pinned' : coresOf(bench),
    ...circumstances(command),
    seed: bench.seed,
    ...(overTime && { overTime }),
  }
}

const coresOf = ({ cores }: Bench): Cores | string =>
  cores.server === undefined ? 'not pinned: there is no taskset' : cores

const metByAll = (summaries: Summary[]): boolean | null => {
  const targets = summaries.filter(({ met }) => met !== null)
  return targets.length === 0 ? null : targets.every(({ met }) => met)
}

// Below 1: missed. Without a baseline the ratio is by the target already.
const marginOf = (of: Pick<Summary, 'ratio' | 'target' | 'baseline' | 'bound'>): number => {
  if (of.ratio === null || of.target === null) return Infinity
  const share = of.baseline === null ? of.ratio : of.ratio / of.target
  return of.bound === 'at-most' ? 1 / share : share
}

const summaryOf = (of: Part): Summary => {
  const { samples, byBatch, overTime: _, ...part } = of
  const ratios = samples.flatMap((sample) => sample.ratio ?? [])
  const ratio = ratios.length === 0 ? null : median(ratios)
  const baselines = samples.flatMap((sample) => sample.baseline ?? [])
  const baseline = baselines.length === 0 ? null : Math.round(median(baselines))
  const optional = (name: 'ratioByCpu' | 'acceptedPerSecond' | 'recordedPerSecond') => {
    const known = samples.flatMap((sample) => sample[name] ?? [])
    const digits = name === 'ratioByCpu' ? rounded : Math.round
    return known.length === 0 ? {} : { [name]: digits(median(known)) }
  }
  return {
    ...part,
    ratio: ratio && rounded(ratio),
    ...optional('ratioByCpu'),
    value: Math.round(median(samples.map(({ value }) => value))),
    baseline,
    met: part.target === null ? null : marginOf({ ...part, ratio, baseline }) >= 1,
    ...optional('acceptedPerSecond'),
    ...optional('recordedPerSecond'),
    ...(waitedForOthers(samples) && { limitedByOthers: true as const }),
    generatorLimited: samples.some(({ busy }) => (busy?.generator ?? 0) > GENERATOR_SHARE_MAX),
    samples: samples.map(roundedSample),
    ...(byBatch && { byBatch: byBatch.map((one) => ({ ...one, value: Math.round(one.value) })) }),
  }
}

const waitedForOthers = (samples: Sample[]): boolean => {
  const beside = samples.filter(({ shares }) => shares !== undefined)
  const engine = beside.flatMap(({ busy }) => busy?.engine ?? [])
  return engine.length > 0 && median(engine) < ENGINE_SHARE_MIN
}

export const median = (values: number[]): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2
}

const rounded = (share: number) => Math.round(share * 1000) / 1000

const roundedSample = (sample: Sample): Sample => {
  const { ratio, ratioByCpu, baseline, busy, shares, ...perSecond } = sample
  const rates = Object.entries(perSecond).map(([name, rate]) => [name, Math.round(rate)])
  const roundedAll = (all: Partial<Busy> | Shares) =>
    Object.fromEntries(Object.entries(all).map(([name, share]) => [name, share && rounded(share)]))
  return {
    ratio: ratio && rounded(ratio),
    ...(ratioByCpu !== undefined && { ratioByCpu: rounded(ratioByCpu) }),
    ...Object.fromEntries(rates),
    baseline: baseline && Math.round(baseline),
    ...(busy && { busy: roundedAll(busy) }),
    ...(shares && { shares: roundedAll(shares) }),
  }
}
