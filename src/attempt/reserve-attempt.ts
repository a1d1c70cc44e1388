// Brings attempts to the stock engine, those of one segment together, and hands each its own answer with
// the epoch it was decided in. What a batch shows of the stock goes to the sold-out memory. A segment that
// does not answer is left alone for a while, without a word about the others.

import type { Attempt } from '../domain/attempt.ts'
import type { SaleId } from '../domain/ids.ts'
import type { Sale } from '../domain/sale.ts'
import { homeSegment } from '../domain/stock.ts'
import type { Ports } from '../ports/ports.ts'
import { type Batcher, batcher } from './batcher.ts'
import type { Breaker } from './breaker.ts'
import { type DecidedAttempt, reserveEverywhere } from './reserve-everywhere.ts'
import type { SoldOutMemory } from './sold-out-memory.ts'

// Undefined: too many are waiting, or the segment does not answer; shed this one. Rejects when the engine
// did not answer, and with NOT_SENT when it was not asked.
export type ReserveAttempt = (
  sale: Pick<Sale, 'saleId' | 'segments'>,
  attempt: Attempt,
) => Promise<DecidedAttempt> | undefined

export interface ReserveLimits {
  batchMax: number // attempts a call carries
  callsMax: number // calls out per segment
  queueMax: number // attempts waiting per sale
  waitMsMax: number // how long the first of them may have waited when another is taken
}

interface Segment {
  breaker: Breaker
  batcher: Batcher<Attempt, DecidedAttempt>
}

export interface ReserveDeps extends Pick<Ports, 'clock' | 'stock'> {
  elapsedMs: () => number // the clock of durations: never put back, never slowed
  memory: SoldOutMemory
  asked: (attempts: number) => void // the engine is asked about them
  newBreaker: () => Breaker // for a segment
}

export const reserveAttempt = (
  { asked, clock, elapsedMs, memory, newBreaker, stock }: ReserveDeps,
  limits: ReserveLimits,
): ReserveAttempt => {
  const known = new Map<SaleId, (Segment | undefined)[]>()
  const everywhere = reserveEverywhere({ stock, elapsedMs, pause: clock.pause })

  const newSegment = (
    { saleId, segments }: Pick<Sale, 'saleId' | 'segments'>,
    segment: number,
  ): Segment => {
    const breaker = newBreaker()
    const decide = async (attempts: Attempt[]): Promise<DecidedAttempt[]> => {
      const sentAtMs = elapsedMs()
      const { decided, seen } = await breaker.call(attempts.length, () => {
        asked(attempts.length)
        return everywhere({ saleId, segments, segment, attempts })
      })
      memory.note(saleId, { sentAtMs, ...seen, answers: decided.map((one) => one.reserved.answer) })
      return decided
    }
    const queueMax = Math.ceil(limits.queueMax / segments)
    return { breaker, batcher: batcher({ decide, nowMs: elapsedMs, ...limits, queueMax }) }
  }

  return (sale, attempt) => {
    const { saleId, segments } = sale
    let all = known.get(saleId)
    if (all?.length !== segments) {
      all = Array.from({ length: segments })
      known.set(saleId, all)
    }
    const at = homeSegment(attempt.buyerId, segments)
    const { breaker, batcher } = (all[at] ??= newSegment(sale, at))
    return breaker.admits() ? batcher.add(attempt) : undefined
  }
}
