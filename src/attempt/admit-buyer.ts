// Brings attempts to where all gateways count them, those of one bucket of buyers together.

import { homeSegment } from '../domain/stock.ts'
import type { BuyerAttempt, BuyerWindow } from '../ports/buyer-window.ts'
import type { Ports } from '../ports/ports.ts'
import { type Batcher, batcher } from './batcher.ts'

// 0 or the milliseconds to wait. Undefined: too many are waiting, shed this one. Rejects when it could
// not be counted.
export type AdmitBuyer = (attempt: BuyerAttempt) => Promise<number> | undefined

export interface AdmitLimits {
  batchMax: number // attempts a call carries
  queueMax: number // attempts waiting in all
}

// The second call while the first is on its way; more of them would only make the batches smaller.
const CALLS_MAX = 2

// The engine is asked after this, and the buyer waits for both.
const WAIT_MS_MAX = 200

export const admitBuyer = (
  { clock, buyerWindow }: { clock: Ports['clock']; buyerWindow: BuyerWindow },
  limits: AdmitLimits,
): AdmitBuyer => {
  const { buckets } = buyerWindow
  const batchers = Array.from({ length: buckets }, (_, bucket): Batcher<BuyerAttempt, number> => {
    return batcher({
      decide: (attempts) => buyerWindow.admit({ bucket, attempts }),
      batchMax: limits.batchMax,
      callsMax: CALLS_MAX,
      queueMax: Math.ceil(limits.queueMax / buckets),
      waitMsMax: WAIT_MS_MAX,
      nowMs: clock.nowMs,
    })
  })
  return (attempt) => batchers[homeSegment(attempt.buyerId, buckets)]!.add(attempt)
}
