// The buyers of one process and their day: each begins it at its own instant, some wait in line for
// units that come back, and when all is over some holders ask once more, and must be told the same.

import { nowMs } from '../clocks.ts'
import { type Agenda, agenda as newAgenda } from './agenda.ts'
import type { Asking } from './asking.ts'
import type { Buyer } from './buyer.ts'
import { day } from './day.ts'
import { line as newLine, type StockSeen } from './line.ts'
import type { Fleet } from './fleet.ts'

export interface HerdDeps {
  buyers: Buyer[]
  asking: Asking
  fleet: Pick<Fleet, 'waiting'>
  partOfHerd: number // that these buyers are
  payWithinMs: number
}

export interface Herd {
  // Resolves when the day of everybody is over.
  open(openedAtMs: number): Promise<void>
  see(stock: StockSeen): void
  counts(): HerdCounts
  over(of: { atOnce: boolean }): void // there will be nothing more to buy; or: give all up
  leftInLine(): number // buyers who would have bought to the last
  askOnceMore(holdersMax: number): Promise<void>
}

export interface HerdCounts {
  living: number // buyers whose day is not over
  inLine: number // of those: waiting for units to come back
}

const BEGINS_BEFORE_MS = 1 // its first question

export const herd = (deps: HerdDeps): Herd => {
  const { buyers, asking, fleet, partOfHerd, payWithinMs } = deps
  const agenda = newAgenda()
  const line = newLine(agenda, partOfHerd)
  const days = pending()
  let givenUp = false
  let leftInLine = 0

  return {
    async open(openedAtMs) {
      const { until } = agenda
      const world = { ...asking, openedAtMs, payWithinMs, nowMs, until, turn: line.turn }
      for (const buyer of buyers) {
        const { clicksEarlyMs, arrivesAfterMs } = buyer.habits
        const firstMs = openedAtMs + (clicksEarlyMs === undefined ? arrivesAfterMs : -clicksEarlyMs)
        agenda.plan(
          firstMs - BEGINS_BEFORE_MS,
          days.begin(() => day(buyer, world)),
        )
      }
      await agenda.run(() => days.areOver() || (givenUp && fleet.waiting() === 0))
    },

    see: line.see,
    counts: () => ({ living: days.count(), inLine: line.waiting() }),
    leftInLine: () => leftInLine,

    over({ atOnce }) {
      leftInLine = line.waiting()
      line.close()
      givenUp = atOnce
    },

    askOnceMore: (holdersMax) => askOnceMore(deps, { agenda, holdersMax }),
  }
}

// What was planned and has not come to its end. One that fails fails them all.
const pending = () => {
  let count = 0
  let bug: Error | undefined
  const ended = () => void (count -= 1)
  const failed = (error: Error) => void (bug ??= error)
  return {
    begin(act: () => Promise<unknown>) {
      count += 1
      return () => void act().then(ended, failed)
    },
    count: () => count,
    areOver() {
      if (bug !== undefined) throw bug
      return count === 0
    },
  }
}

const ASK_OVER_MS = 500

const askOnceMore = async (
  { buyers, asking }: HerdDeps,
  { agenda, holdersMax }: { agenda: Agenda; holdersMax: number },
) => {
  const fromMs = nowMs()
  const asked = pending()
  const holders = buyers.filter(isHolder).slice(0, holdersMax)
  holders.forEach((buyer, at) => {
    const atMs = Math.max(buyer.earliestMs, fromMs + (at / holders.length) * ASK_OVER_MS)
    const ask = () => asking.attempt(buyer, { why: 'again', plannedMs: atMs })
    agenda.plan(atMs, asked.begin(ask))
  })
  await agenda.run(() => asked.areOver())
}

const isHolder = ({ orderId, earlier, gaveBack }: Buyer) =>
  orderId !== undefined && !earlier && !gaveBack
