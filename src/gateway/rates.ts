// What was answered and recorded in the last seconds, counted second by second in plain numbers: one
// attempt costs some hundredths of a microsecond, and nothing is kept of it but the count and how long it
// took.

import { performance } from 'node:perf_hooks'
import { OUTCOMES, type OutcomeName } from '../domain/attempt.ts'
import { noOutcomes, type PerSecond, type ProcessFigures } from '../domain/figures.ts'
import { LATENCY_STEPS, type LatencyCounts, stepOf } from '../domain/latency-counts.ts'

export interface Rates {
  attempted(outcome: OutcomeName, tookMs: number): void
  asked(attempts: number): void // the engine
  recorded(orders: number): void
  read(): Pick<ProcessFigures, 'rates' | 'latency'>
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
      slot.latency[stepOf(tookMs)]! += 1
    },
    asked(attempts) {
      current().asked += attempts
    },
    recorded(orders) {
      current().recorded += orders
    },
    read() {
      const seconds = past()
      return {
        rates: { lastSecond: perSecond(seconds.slice(0, 1)), lastTenSeconds: perSecond(seconds) },
        latency: latencyCounts(seconds),
      }
    },
  }
}

interface Slot {
  second: number
  outcomes: Record<OutcomeName, number>
  asked: number
  recorded: number
  latency: Float64Array // by step
}

const newSlot = (): Slot => ({
  second: -1,
  outcomes: noOutcomes(),
  asked: 0,
  recorded: 0,
  latency: new Float64Array(LATENCY_STEPS),
})

const begin = (slot: Slot, second: number): Slot => {
  slot.second = second
  slot.asked = 0
  slot.recorded = 0
  for (const outcome of OUTCOMES) slot.outcomes[outcome] = 0
  slot.latency.fill(0)
  return slot
}

const perSecond = (seconds: (Slot | undefined)[]): PerSecond => {
  const mean = (countOf: (slot: Slot) => number) =>
    seconds.reduce((sum, slot) => sum + (slot ? countOf(slot) : 0), 0) / seconds.length
  const outcomes = noOutcomes()
  for (const outcome of OUTCOMES) outcomes[outcome] = mean((slot) => slot.outcomes[outcome])
  return {
    attempts: Object.values(outcomes).reduce((sum, count) => sum + count, 0),
    asked: mean((slot) => slot.asked),
    accepted: outcomes.accepted,
    recorded: mean((slot) => slot.recorded),
    outcomes,
  }
}

const latencyCounts = (seconds: (Slot | undefined)[]): LatencyCounts => {
  const counts = new Float64Array(LATENCY_STEPS)
  for (const slot of seconds) slot?.latency.forEach((count, step) => (counts[step]! += count))
  return [...counts].flatMap((count, step): LatencyCounts => (count > 0 ? [[step, count]] : []))
}
