// Payments, in the shard of their order. What a provider tells changes the payment and its order and
// keeps the id of the event, all in one transaction: so of a payment, an expiry and a cancellation that
// race for one order exactly one wins, and money that lost is owed back.
//
// Deliberately not in it: how money is collected and given back (the provider's), units (the ledger's).

import type { BuyerId, OrderId } from '../domain/ids.ts'
import type { OrderStatus } from '../domain/order.ts'
import type { Payment, PaymentEvent, PaymentId } from '../domain/payment.ts'

export interface Payments {
  // A payment of a pending order, for what the order costs; the one that is started already, if there
  // is one. The order must exist.
  start(payment: NewPayment): Promise<StartedPayment>
  // An event that was told before changes nothing. One of an unknown payment is not kept.
  receive(event: PaymentEvent, nowMs: number): Promise<ReceivedEvent>
  // All payments of these orders, oldest first.
  readOf(orderIds: OrderId[]): Promise<Payment[]>
  // An operator wants the money that is owed for this order given back: those payments. With an entry
  // in the audit log unless it was wanted before.
  wantRefunds(at: WantedRefunds): Promise<Payment[]>
  // Wanted refunds of which the provider was last asked before `askedBeforeMs`; it is asked now. Up to
  // `limit` of each place where they are kept.
  takeRefunds(at: { askedBeforeMs: number; nowMs: number; limit: number }): Promise<Payment[]>
  // The provider has given the money back. Repeatable.
  finishRefund(at: { paymentId: PaymentId; nowMs: number }): Promise<void>
}

export interface NewPayment {
  paymentId: PaymentId
  orderId: OrderId
  buyerId: BuyerId
  provider: string
  nowMs: number
}

// How often a buyer may try to pay for one order.
export const PAYMENTS_PER_ORDER_MAX = 20

export type StartedPayment =
  | { result: 'started'; payment: Payment; isNew: boolean }
  | { result: 'not-pending'; orderStatus: OrderStatus }
  | { result: 'too-many' }

export type ReceivedEvent =
  | { result: 'changed' | 'unchanged' | 'repeated'; payment: Payment }
  | { result: 'no-such-payment' }

export interface WantedRefunds {
  orderId: OrderId
  by: string
  reason: string
  nowMs: number
}
