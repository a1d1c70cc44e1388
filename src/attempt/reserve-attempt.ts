// Brings attempts to the stock engine, those of one sale together, and hands each its own answer with
// the epoch it was decided in. What a batch shows of the stock goes to the sold-out memory.

import type { Attempt } from '../domain/attempt.ts'
import type { SaleId } from '../domain/ids.ts'
import type { Reserved } from '../domain/stock.ts'
import type { Ports } from '../ports/ports.ts'
import { type Batcher, batcher } from './batcher.ts'
import type { SoldOutMemory } from './sold-out-memory.ts'

export interface DecidedAttempt {
  reserved: Reserved
  epoch: number
  queued: boolean
}

// Undefined: too many are waiting, shed this one. Rejects when the engine did not answer.
export type ReserveAttempt = (
  saleId: SaleId,
  attempt: Attempt,
) => Promise<DecidedAttempt> | undefined

export interface ReserveLimits {
  batchMax: number // attempts a call carries
  callsMax: number // calls out per sale
  queueMax: number // attempts waiting per sale
  waitMsMax: number // how long the first of them may have waited when another is taken
}

export const reserveAttempt = (
  { clock, memory, stock }: Pick<Ports, 'clock' | 'stock'> & { memory: SoldOutMemory },
  limits: ReserveLimits,
): ReserveAttempt => {
  const batchers = new Map<SaleId, Batcher<Attempt, DecidedAttempt>>()

  const decide = async (saleId: SaleId, attempts: Attempt[]): Promise<DecidedAttempt[]> => {
    const sentAtMs = clock.nowMs()
    const batch = await stock.reserve({ saleId, segment: 0, attempts })
    memory.note(saleId, { sentAtMs, batch })
    const { epoch, queued } = batch
    return batch.answers.map((reserved) => ({ reserved, epoch, queued }))
  }

  return (saleId, attempt) => {
    let batch = batchers.get(saleId)
    if (batch === undefined) {
      batch = batcher({
        decide: (attempts) => decide(saleId, attempts),
        nowMs: clock.nowMs,
        ...limits,
      })
      batchers.set(saleId, batch)
    }
    return batch.add(attempt)
  }
}
