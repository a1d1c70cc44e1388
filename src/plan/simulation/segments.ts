// What a gateway process of the model wants to have decided: a line for each segment, and two calls out at
// most, each with what has come meanwhile (src/attempt/batcher.ts).

import type { Chance } from './chance.ts'
import type { Mix } from './crowd.ts'
import type { Asked, Stock } from './stock.ts'

// As SECKILL_RESERVE_BATCH, SECKILL_RESERVE_QUEUE and CALLS_MAX.
const BATCH_MAX = 256
const QUEUE_MAX = 20_000
const CALLS_MAX = 2

export interface Segments {
  // Returns how many found no room.
  ask(mix: Mix, of: { count: number; holders: number }): number
  send(nowMs: number): void
  answered(segment: number): void
  empty(): Asked[] // who was waiting
}

interface Segment {
  asked: Asked[]
  count: number
  calls: number
}

export const segments = (of: {
  count: number
  process: number
  chance: Chance
  stock: Stock
}): Segments => {
  const { chance, stock, process } = of
  const all = Array.from({ length: of.count }, (): Segment => ({ asked: [], count: 0, calls: 0 }))
  return {
    ask(mix, { count, holders }) {
      let [left, heldLeft, shed] = [count, holders, 0]
      for (const [at, segment] of all.entries()) {
        const part = chance.binomial(left, 1 / (all.length - at))
        const ofHolders = Math.min(
          part,
          heldLeft,
          Math.round((heldLeft * part) / Math.max(1, left)),
        )
        left -= part
        heldLeft -= ofHolders
        if (segment.count + part > QUEUE_MAX / all.length) shed += part
        else if (part > 0) {
          segment.asked.push({ mix, count: part, holders: ofHolders })
          segment.count += part
        }
      }
      return shed
    },
    send(nowMs) {
      for (const [at, segment] of all.entries())
        while (segment.count > 0 && segment.calls < CALLS_MAX) {
          const asked = takeUpTo(segment, BATCH_MAX)
          const count = asked.reduce((sum, one) => sum + one.count, 0)
          segment.calls += 1
          stock.decide({ process, segment: at, sentAtMs: nowMs, asked, count })
        }
    },
    answered(segment) {
      all[segment]!.calls -= 1
    },
    empty() {
      const waiting = all.flatMap(({ asked }) => asked)
      for (const segment of all) Object.assign(segment, { asked: [], count: 0 })
      return waiting
    },
  }
}

const takeUpTo = (segment: Segment, most: number): Asked[] => {
  const taken: Asked[] = []
  let room = most
  while (room > 0 && segment.asked.length > 0) {
    const first = segment.asked[0]!
    const count = Math.min(room, first.count)
    const holders = Math.min(first.holders, count)
    taken.push({ mix: first.mix, count, holders })
    room -= count
    segment.count -= count
    first.count -= count
    first.holders -= holders
    if (first.count === 0) segment.asked.shift()
  }
  return taken
}
