// The line of those who were sold out and would still buy. While there may be units, its members are
// called one after another, some for each unit: all at once they would be a second herd, and none at
// all would leave units unsold.

import type { Agenda } from './agenda.ts'
import { nowMs } from '../clocks.ts'

export interface Line {
  turn(): Promise<number | undefined> // when to ask; undefined: there will be nothing more
  waiting(): number
  see(stock: StockSeen): void
  close(): void
}

export interface StockSeen {
  units: number // for sale now or in a moment
  askedAtMs: number
}

const CALLS_PER_UNIT_AND_SECOND = 20
const CALLS_PER_SECOND_MAX = 1000

export const line = (agenda: Agenda, partOfHerd: number): Line => {
  const members = new Set<{ joinedAtMs: number; call: (atMs: number | undefined) => void }>()
  let seen: StockSeen = { units: 0, askedAtMs: 0 }
  let calling = false
  let closed = false

  // Only those are called who were told no before the stock was looked at.
  const callNext = (plannedMs: number) => {
    calling = seen.units > 0 && members.size > 0
    if (!calling) return
    const perSecond = Math.min(CALLS_PER_SECOND_MAX, seen.units * CALLS_PER_UNIT_AND_SECOND)
    agenda.plan(plannedMs + 1000 / (perSecond * partOfHerd), callNext)
    const [first] = members
    if (first!.joinedAtMs >= seen.askedAtMs) return
    members.delete(first!)
    first!.call(plannedMs)
  }

  return {
    turn() {
      const { promise, resolve } = Promise.withResolvers<number | undefined>()
      if (closed) resolve(undefined)
      else members.add({ joinedAtMs: nowMs(), call: resolve })
      return promise
    },
    waiting: () => members.size,
    see(stock) {
      seen = stock
      if (!calling) callNext(nowMs())
    },
    close() {
      closed = true
      for (const { call } of members) call(undefined)
      members.clear()
    },
  }
}
