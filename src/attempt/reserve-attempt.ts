// Brings attempts to the stock engine, those of one segment together, and hands each its own answer with
// the epoch it was decided in. What a batch shows of the stock goes to the sold-out memory.

import type { Attempt } from '../domain/attempt.ts'
import { EngineError } from '../domain/errors.ts'
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

// One call has a deadline of its own; several, one after the other, have this one together.
const DECIDED_WITHIN_MS = 1000

// What is late may still come about: nothing is known of it.
const inTime = async <Answer>(clock: Ports['clock'], deciding: Promise<Answer>) => {
  const decided = new AbortController()
  const late = clock.pause(DECIDED_WITHIN_MS, decided.signal).then((): never => {
    throw new EngineError('STOCK_UNREACHABLE', { message: 'stock engine: it is too slow' })
  })
  try {
    return await Promise.race([deciding, late])
  } finally {
    decided.abort()
    late.catch(() => undefined)
  }
}

type SegmentBatchers = (Batcher<Attempt, DecidedAttempt> | undefined)[]

export const reserveAttempt = (
  { clock, memory, stock }: Pick<Ports, 'clock' | 'stock'> & { memory: SoldOutMemory },
  limits: ReserveLimits,
): ReserveAttempt => {
  const batchers = new Map<SaleId, SegmentBatchers>() // by segment
  const everywhere = reserveEverywhere({ stock, nowMs: clock.nowMs })

  const batcherOf = ({ saleId, segments }: Pick<Sale, 'saleId' | 'segments'>, segment: number) => {
    const decide = async (attempts: Attempt[]): Promise<DecidedAttempt[]> => {
      const sentAtMs = clock.nowMs()
      const deciding = everywhere({ saleId, segments, segment, attempts })
      const { decided, seen } = await (segments === 1 ? deciding : inTime(clock, deciding))
      memory.note(saleId, { sentAtMs, ...seen, answers: decided.map((one) => one.reserved.answer) })
      return decided
    }
    const queueMax = Math.ceil(limits.queueMax / segments)
    return batcher({ decide, nowMs: clock.nowMs, ...limits, queueMax })
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
