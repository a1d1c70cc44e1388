// An order and the states it may pass through.
//
//   in-transit ─► pending ─► paid ─► refunded      entered by the worker, the buyer, the operator
//        │           ├─────► cancelled             by the buyer or the operator, while pending
//        │           └─────► expired               by the keeper, once payBy has passed
//        └─────────► rejected                      by the worker: the ledger refused it
//
// `in-transit` is never stored.

import type { BuyerId, OrderId, SaleId } from './ids.ts'
import type { OrderMessage } from './messages.ts'

export const ORDER_STATUSES = [
  'pending',
  'paid',
  'cancelled',
  'expired',
  'refunded',
  'rejected',
] as const

export type OrderStatus = (typeof ORDER_STATUSES)[number]

// What a buyer sees: `in-transit` is held in the engine and not in the store yet.
export type SeenStatus = 'in-transit' | OrderStatus

// A live order holds its units; every other one has given them back, or is about to.
export const isLive = (status: SeenStatus): boolean =>
  status === 'in-transit' || status === 'pending' || status === 'paid'

export interface Order {
  orderId: OrderId
  saleId: SaleId
  buyerId: BuyerId
  units: number
  price: number // of one unit, minor units of `currency`
  currency: string
  status: OrderStatus
  stockTokens: string[]
  createdAtMs: number
  payByMs: number
  changedAtMs: number
}

export type ReleaseReason = 'cancelled' | 'expired' | 'refunded'

// From which status an order may be released, by reason. Everything else is final.
const RELEASED_FROM: Record<ReleaseReason, OrderStatus> = {
  cancelled: 'pending',
  expired: 'pending',
  refunded: 'paid',
}

export const releasedFrom = (reason: ReleaseReason): OrderStatus => RELEASED_FROM[reason]

// The ledger's answer to a message, step 1. The first decision stands for ever.
export type Decision = 'recorded' | 'rejected'

export const orderOf = (
  message: OrderMessage,
  decided: { decision: Decision; nowMs: number; payWithinMs: number },
): Order => ({
  orderId: message.orderId,
  saleId: message.saleId,
  buyerId: message.buyerId,
  units: message.units,
  price: message.price,
  currency: message.currency,
  status: decided.decision === 'recorded' ? 'pending' : 'rejected',
  stockTokens: message.stockTokens,
  createdAtMs: message.reservedAtMs,
  payByMs: decided.nowMs + decided.payWithinMs,
  changedAtMs: decided.nowMs,
})
