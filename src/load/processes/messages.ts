// What the command says to its generator processes, and they to it. Everything here can travel: plain
// data, maps and lists.

import type { HerdCounts } from '../buyers/herd.ts'
import type { Shares } from '../buyers/habits.ts'
import type { Curve } from '../buyers/arrivals.ts'
import type { StockSeen } from '../buyers/line.ts'
import type { Clock } from '../clocks.ts'
import type { Tally } from '../counts/tally.ts'
import type { Saturation, SaturationTally } from '../saturation/closed-loop.ts'
import type { IssuedToken } from '../tokens.ts'

// Answered one after the other, by the answer of the same name.
export type Order =
  | { order: 'enlist'; issued: IssuedToken[] }
  | { order: 'connect'; urls: string[]; connections: number }
  | { order: 'open'; opening: Opening } // answered when the day is over
  | { order: 'ask-once-more'; holdersMax: number }
  | { order: 'count' }
  | { order: 'saturate'; saturation: Omit<Saturation, 'tokens'> }

export interface AnswerTo {
  enlist: undefined
  connect: undefined
  open: undefined
  'ask-once-more': undefined
  count: Counted
  saturate: SaturationTally
}

export interface Opening {
  saleId: string
  startsAtMs: number // of the sale; all instants by our clock
  openedAtMs: number // when the first come
  clock: Clock
  curve: Curve
  overMs: number
  shares: Shares
  retriesMax: number
  seed: number
  spread: boolean
  payWithinMs: number
  partOfHerd: number // that this process has
  answersFile: string | undefined
}

export interface Counted {
  tally: Tally
  unknown: number // buyers who may have an order that they were not told of
  leftInLine: number // buyers who would have bought to the last
  cpuMs: number // of this process, from the opening order on
}

// Never answered, and possible at any time.
export type News = { news: 'stock'; stock: StockSeen } | { news: 'over'; atOnce: boolean }

export type Report =
  | { report: 'done'; answer: unknown }
  | { report: 'failed'; why: string }
  | { report: 'progress'; progress: Progress }

export interface Progress extends HerdCounts {
  sent: number
  orders: number
  paid: number
  gaveBack: number
}
