// What a scenario is given and what it brings back.

import type { Flame } from '../flame/recording.ts'
import type { Buyers } from '../load/job.ts'
import type { Generator } from '../load/start-generator.ts'
import type { Cores } from '../servers/start-pinned.ts'

export interface Scenario {
  scenario: string
  what: string
  connections?: number // where the bench has no choice
  pinned?: false // every process runs where the system puts it
  byName?: true // takes long: measured only when asked for
  measure(bench: Bench): Promise<Part[]>
}

export interface Bench {
  cores: Cores
  generator: Generator
  pairs: number
  shrink: number // divides the attempts of a turn
  connections: number
  seed: number // the buyers' ids are made of it
  flame?: Flame // where the engine's stacks are kept; recording them slows it
}

// One target, and what was measured for it; without a target it only says how much it is.
export interface Part {
  part: string
  what: string
  target: number | null
  bound?: 'at-most' // the target is a limit; otherwise it is what must be reached
  unit: string
  samples: Sample[]
  byBatch?: BatchFigure[] // the same by attempts a call
  facts?: Facts // what else was seen, of the turn that is drawn
  overTime?: OverTime // that turn, to be drawn
}

// Figures by name.
export interface Facts {
  [name: string]: number | string | null | Facts
}

// One column for each figure, in the order of time.
export interface OverTime {
  seconds: number[] // since the load began, where each span begins
  perSecond: Record<string, number[]> // answers by outcome
  latencyMs: Record<'p50' | 'p99', (number | null)[]> // by planned instant
  memory: Record<'seconds' | 'rssMiB' | 'heapMiB', number[]>
  marks: Record<string, number> // instants with a name
}

export interface BatchFigure {
  batch: number
  value: number
}

// One pair of turns. Value and baseline are in the part's unit, and the ratio is value by baseline, or by
// the target where there is no baseline, or null where there is neither. Where they are per second of wall time, the ratio by CPU time
// stands beside it: it says what the code costs when others take time of the same core.
export interface Sample {
  ratio: number | null
  ratioByCpu?: number | undefined
  value: number
  baseline: number | null
  acceptedPerSecond?: number
  recordedPerSecond?: number
  busy?: Busy
  shares?: Shares
}

// Of one core, by the name of who else worked in this turn.
export type Shares = Record<string, number>

// Shares of one core. A server with less than all of its core was waiting for something.
export interface Busy {
  engine: number | undefined
  baseline: number | undefined
  generator: number // in the busier of the two turns
}

// The buyers of one use within one seed are nobody else's.
export const buyersOf = ({ seed }: Bench, of: { use: number; count: number }): Buyers => ({
  first: seed * 1_000_000_000 + of.use * 10_000_000,
  count: of.count,
})
