// Brings attempts to the stock engine, those of one segment together, and hands each its own answer with
// the epoch it was decided in. What a batch shows of the stock goes to the sold-out memory.

import type { Attempt } from '../domain/attempt.ts'
import type { SaleId } from '../domain/ids.ts'
import type { Sale } from '../domain/sale.ts'
import { homeSegment } from '../domain/stock.ts'
import type { Ports } from '../ports/ports.ts'
import { type Batcher, batcher } from './batcher.ts'
import { type DecidedAttempt, reserveEverywhere } from './reserve-everywhere.ts'
import type { SoldOutMemory } from './sold-out-memory.ts'

// Undefined: too many are waiting, shed this one. Rejects when the engine did not answer.
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

type SegmentBatchers = (Batcher<Attempt, DecidedAttempt> | undefined)[]

export interface ReserveDeps extends Pick<Ports, 'clock' | 'stock'> {
  elapsedMs: () => number // the clock of durations: never put back, never slowed
  memory: SoldOutMemory
}

export const reserveAttempt = (
  { clock, elapsedMs, memory, stock }: ReserveDeps,
  limits: ReserveLimits,
): ReserveAttempt => {
  const batchers = new Map<SaleId, SegmentBatchers>() // by segment
  const everywhere = reserveEverywhere({ stock, elapsedMs, pause: clock.pause })

  const batcherOf = ({ saleId, segments }: Pick<Sale, 'saleId' | 'segments'>, segment: number) => {
    const decide = async (attempts: Attempt[]): Promise<DecidedAttempt[]> => {
      const sentAtMs = elapsedMs()
      const { decided, seen } = await everywhere({ saleId, segments, segment, attempts })
      memory.note(saleId, { sentAtMs, ...seen, answers: decided.map((one) => one.reserved.answer) })
      return decided
    }
    const queueMax = Math.ceil(limits.queueMax / segments)
    return batcher({ decide, nowMs: elapsedMs, ...limits, queueMax })
  }

  return (sale, attempt) => {
    const { saleId, segments } = sale
    let all = batchers.get(saleId)
    if (all?.length !== segments) {
      all = Array.from({ length: segments })
      batchers.set(saleId, all)
    }
    const segment = homeSegment(attempt.buyerId, segments)
    return (all[segment] ??= batcherOf(sale, segment)).add(attempt)
  }
}
