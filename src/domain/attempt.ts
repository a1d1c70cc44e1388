// An attempt is one try to buy. Its outcomes are a closed list in order of precedence: the first that
// holds is the answer. A blocked address is refused before anything else; `busy` and `rebuilding` may
// come at any step and promise nothing.

import type { BuyerId, OrderId, SaleId } from './ids.ts'
import type { SeenStatus } from './order.ts'

export const OUTCOMES = [
  'malformed',
  'no-such-sale',
  'unauthorized',
  'blocked',
  'rate-limited',
  'challenge-required',
  'already-reserved',
  'not-started',
  'ended',
  'paused',
  'sold-out',
  'accepted',
  'busy',
  'rebuilding',
] as const

export type OutcomeName = (typeof OUTCOMES)[number]

export type LimitLevel = 'global' | 'sale' | 'buyer'

export type Outcome =
  | { outcome: 'malformed'; detail: string }
  | { outcome: 'no-such-sale' }
  | { outcome: 'unauthorized'; detail: string; forged?: true } // forged: nobody is told
  | { outcome: 'blocked' }
  | { outcome: 'rate-limited'; level: LimitLevel; quota: number; windowMs: number; retryMs: number }
  | { outcome: 'challenge-required'; saleId: SaleId }
  | { outcome: 'already-reserved'; orderId: OrderId; status: SeenStatus }
  | { outcome: 'not-started'; startsAtMs: number }
  | { outcome: 'ended' }
  | { outcome: 'paused' }
  | { outcome: 'sold-out' }
  | { outcome: 'accepted'; orderId: OrderId; saleId: SaleId }
  | { outcome: 'busy'; orderId?: OrderId; cause?: unknown } // with an order id: unknown, ask again
  | { outcome: 'rebuilding' }

// One attempt as the engine sees it: the order id is a proposal, used only if units are taken.
export interface Attempt {
  buyerId: BuyerId
  orderId: OrderId
  units: number
}
