// What the ledger has newly decided, in numbers. They are taken as soon as it has, because what comes
// after may fail, and the next delivery finds the orders decided. A store that undid a decision together
// with the rest of its delivery decides anew: the order is counted once all the same.

import type { Decided } from '../../ports/ledger.ts'
import type { OrderId } from '../../domain/ids.ts'

export interface Decisions {
  recorded: number // orders
  rejected: number
  promisesBroken: number
  clickToRecordedMs: number[] // of each recorded one: from its reservation to now
}

export interface DecisionCounter {
  count(decided: Decided[], at: { nowMs: number }): Decisions
  delivered(): void // nothing before this comes again
}

export const decisionCounter = (): DecisionCounter => {
  const counted = new Set<OrderId>()
  return {
    count(decided, { nowMs }) {
      const fresh = decided.filter(({ isNew, message }) => isNew && !counted.has(message.orderId))
      for (const { message } of fresh) counted.add(message.orderId)
      const recorded = fresh.filter(({ decision }) => decision === 'recorded')
      return {
        recorded: recorded.length,
        rejected: fresh.length - recorded.length,
        promisesBroken: fresh.filter(({ brokenPromise }) => brokenPromise).length,
        clickToRecordedMs: recorded.map(({ message }) => nowMs - message.reservedAtMs),
      }
    },
    delivered: () => counted.clear(),
  }
}
