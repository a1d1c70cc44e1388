// What goes on, in figures: of one process, and of all together. They are for people to look at; nothing is
// decided by them.

import { OUTCOMES, type OutcomeName } from './attempt.ts'
import { type Latency, type LatencyCounts, latencyOf } from './latency-counts.ts'

export interface PerSecond {
  attempts: number
  asked: number // of them, the engine
  accepted: number
  recorded: number // orders
  outcomes: Record<OutcomeName, number>
}

export interface EventLoopDelay {
  p99Ms: number
  maxMs: number
}

export interface Breakers {
  stock: number // open ones around the engine
  promise: number // around the queue
}

export interface ProcessFigures {
  process: string // as no other is called
  role: string // or `all`
  version: string
  uptimeSeconds: number
  rates: { lastSecond: PerSecond; lastTenSeconds: PerSecond }
  latency: LatencyCounts // of attempts in the last ten seconds
  eventLoopDelay: EventLoopDelay
  breakers: Breakers
}

export interface FleetFigures extends Pick<
  ProcessFigures,
  'rates' | 'eventLoopDelay' | 'breakers'
> {
  latency: Latency | undefined // undefined: nobody has attempted
}

export const noOutcomes = (): Record<OutcomeName, number> =>
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<OutcomeName, number>

// Rates are added, and of delays the longest stands for all.
export const fleetFigures = (processes: ProcessFigures[]): FleetFigures => ({
  rates: {
    lastSecond: sumPerSecond(processes.map(({ rates }) => rates.lastSecond)),
    lastTenSeconds: sumPerSecond(processes.map(({ rates }) => rates.lastTenSeconds)),
  },
  latency: latencyOf(processes.map(({ latency }) => latency)),
  eventLoopDelay: {
    p99Ms: Math.max(...processes.map(({ eventLoopDelay }) => eventLoopDelay.p99Ms)),
    maxMs: Math.max(...processes.map(({ eventLoopDelay }) => eventLoopDelay.maxMs)),
  },
  breakers: {
    stock: sum(processes.map(({ breakers }) => breakers.stock)),
    promise: sum(processes.map(({ breakers }) => breakers.promise)),
  },
})

const sumPerSecond = (all: PerSecond[]): PerSecond => {
  const outcomes = noOutcomes()
  for (const name of OUTCOMES) outcomes[name] = sum(all.map((one) => one.outcomes[name]))
  return {
    attempts: sum(all.map(({ attempts }) => attempts)),
    asked: sum(all.map(({ asked }) => asked)),
    accepted: sum(all.map(({ accepted }) => accepted)),
    recorded: sum(all.map(({ recorded }) => recorded)),
    outcomes,
  }
}

const sum = (numbers: number[]) => numbers.reduce((all, one) => all + one, 0)
