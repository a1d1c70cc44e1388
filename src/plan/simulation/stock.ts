// The stock engine of the model: primaries that each decide one call after the other, and one pool of units.
// Segments only say which primary decides; that an empty one fetches units from another is taken for granted,
// because it costs one call. While a primary is gone nothing is decided at all, which is more than is lost.

import type { Mix } from './crowd.ts'
import type { Funnel } from './funnel.ts'
import { type UnitBooks, unitBooks } from './unit-books.ts'

// Who is asked about together: of one mix, `holders` of them hold a unit already.
export interface Asked {
  mix: Mix
  count: number
  holders: number
}

export interface Call {
  process: number
  segment: number
  sentAtMs: number
  asked: Asked[]
  count: number
}

export interface Decided extends Call {
  answeredAtMs: number
  isLost: boolean // with its primary
  taken: number
  left: number // to take, or on its way back
  version: number
}

type State = 'open' | 'down' | 'rebuilding'

export interface Stock {
  units: UnitBooks
  state(): State
  decide(call: Call): void
  answers(nowMs: number): Decided[]
  losePrimary(nowMs: number): void
  pass(nowMs: number): void // a millisecond
  waitMs(nowMs: number): number // of the busiest primary
}

const LOST = 0 // they are all alike

export const stock = (of: Pick<Funnel, 'units' | 'redis' | 'lost'>): Stock => {
  const { redis, lost } = of
  const units = unitBooks(of.units)
  const freeAtMs = new Float64Array(redis.primaries)
  const due = new Map<number, Decided[]>()
  let undone = 0 // taken by calls whose answer was lost: nobody was promised them
  let lostAtMs = Infinity
  let state: State = 'open'

  return {
    units,
    state: () => state,
    decide(call) {
      const decided = decide(call, { redis, units, freeAtMs })
      const slot = Math.max(Math.ceil(decided.answeredAtMs), Math.floor(call.sentAtMs) + 1)
      const others = due.get(slot)
      if (others) others.push(decided)
      else due.set(slot, [decided])
    },
    answers(nowMs) {
      const answers = due.get(nowMs) ?? []
      due.delete(nowMs)
      for (const one of answers) {
        const isIts = one.segment % redis.primaries === LOST && one.sentAtMs < lostAtMs
        one.isLost = isIts && one.answeredAtMs > lostAtMs
        if (one.isLost) undone += one.taken
      }
      return answers
    },
    losePrimary(nowMs) {
      lostAtMs = nowMs
      state = 'down'
    },
    pass(nowMs) {
      units.pass(nowMs)
      const sinceMs = nowMs - lostAtMs
      if (state === 'down' && sinceMs >= lost.failoverMs) state = 'rebuilding'
      if (state !== 'rebuilding' || sinceMs < lost.failoverMs + lost.rebuildMs) return
      state = 'open'
      units.undo(undone)
      undone = 0
    },
    waitMs: (nowMs) => Math.max(0, ...freeAtMs.map((atMs) => atMs - nowMs)),
  }
}

const decide = (
  call: Call,
  { redis, units, freeAtMs }: Pick<Funnel, 'redis'> & { units: UnitBooks; freeAtMs: Float64Array },
): Decided => {
  const primary = call.segment % redis.primaries
  const holders = call.asked.reduce((sum, one) => sum + one.holders, 0)
  const taken = units.take(call.count - holders)
  const workMs = redis.callMs + taken * redis.acceptedMs + (call.count - taken) * redis.refusedMs
  const startsAtMs = Math.max(freeAtMs[primary]!, call.sentAtMs + redis.networkMs / 2)
  freeAtMs[primary] = startsAtMs + workMs
  const answeredAtMs = startsAtMs + workMs + redis.networkMs / 2
  const { available, returning } = units.read()
  const seen = { left: available + returning, version: units.version() }
  return { ...call, ...seen, answeredAtMs, isLost: false, taken }
}
