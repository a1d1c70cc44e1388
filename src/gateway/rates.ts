// What was answered and recorded in the last seconds, counted second by second in plain numbers: one
// attempt costs about a tenth of a microsecond, and nothing is kept of it but the count and how long it
// took.

import { createHistogram, performance, type RecordableHistogram } from 'node:perf_hooks'
import { OUTCOMES, type OutcomeName } from '../domain/attempt.ts'

export interface Rates {
  attempted(outcome: OutcomeName, tookMs: number): void
  recorded(orders: number): void
  read(): RatesReading
}

export interface RatesReading {
  lastSecond: PerSecond
  lastTenSeconds: PerSecond
  latency: Latency | undefined // of the last ten seconds; undefined: nobody has attempted
}

export interface PerSecond {
  attempts: number
  accepted: number
  recorded: number // orders
  outcomes: Record<OutcomeName, number>
}

export interface Latency {
  p50Ms: number
  p90Ms: number
  p99Ms: number
  maxMs: number
}

const SECONDS = 10

// One more than is looked at: the second that is not over yet.
const SLOTS = SECONDS + 1

export const rates = (nowMs: () => number = () => performance.now()): Rates => {
  const slots = Array.from({ length: SLOTS }, newSlot)

  const current = (): Slot => {
    const second = Math.floor(nowMs() / 1000)
    const slot = slots[second % SLOTS]!
    return slot.second === second ? slot : begin(slot, second)
  }

  // The seconds that are over, the latest first.
  const past = (): (Slot | undefined)[] => {
    const second = Math.floor(nowMs() / 1000)
    return Array.from({ length: SECONDS }, (_, at) =>
      slots.find((slot) => slot.second === second - 1 - at),
    )
  }

  return {
    attempted(outcome, tookMs) {
      const slot = current()
      slot.outcomes[outcome] += 1
      slot.latency.record(Math.min(LATENCY_MAX, Math.max(1, Math.round(tookMs * 1000))))
    },
    recorded(orders) {
      current().recorded += orders
    },
    read() {
      const seconds = past()
      return {
        lastSecond: perSecond(seconds.slice(0, 1)),
        lastTenSeconds: perSecond(seconds),
        latency: latencyOf(seconds),
      }
    },
  }
}

interface Slot {
  second: number
  outcomes: Record<OutcomeName, number>
  recorded: number
  latency: RecordableHistogram // microseconds
}

const LATENCY_MAX = 60_000_000

const newHistogram = () => createHistogram({ lowest: 1, highest: LATENCY_MAX, figures: 2 })

const noOutcomes = () =>
  Object.fromEntries(OUTCOMES.map((outcome) => [outcome, 0])) as Record<OutcomeName, number>

const newSlot = (): Slot => ({
  second: -1,
  outcomes: noOutcomes(),
  recorded: 0,
  latency: newHistogram(),
})

const begin = (slot: Slot, second: number): Slot => {
  slot.second = second
  slot.recorded = 0
  for (const outcome of OUTCOMES) slot.outcomes[outcome] = 0
  slot.latency.reset()
  return slot
}

const perSecond = (seconds: (Slot | undefined)[]): PerSecond => {
  const mean = (countOf: (slot: Slot) => number) =>
    seconds.reduce((sum, slot) => sum + (slot ? countOf(slot) : 0), 0) / seconds.length
  const means = OUTCOMES.map(
    (outcome) => [outcome, mean((slot) => slot.outcomes[outcome])] as const,
  )
  const outcomes = Object.fromEntries(means) as Record<OutcomeName, number>
  return {
    attempts: means.reduce((sum, [, count]) => sum + count, 0),
    accepted: outcomes.accepted,
    recorded: mean((slot) => slot.recorded),
    outcomes,
  }
}

const latencyOf = (seconds: (Slot | undefined)[]): Latency | undefined => {
  const all = newHistogram()
  for (const slot of seconds) if (slot) all.add(slot.latency)
  if (all.count === 0) return undefined
  const ms = (percent: number) => all.percentile(percent) / 1000
  return { p50Ms: ms(50), p90Ms: ms(90), p99Ms: ms(99), maxMs: all.max / 1000 }
}
