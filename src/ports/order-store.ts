// Orders as buyers and operators see them, in the shard of their buyer. Every change of an order is one
// conditional update together with its outbox row: of two that race, one wins and the other is told.
//
// Deliberately not in it: units (whether they are taken or given back is the ledger's), and paying: an
// order is paid together with its payment (payments.ts).

import type { BuyerId, OrderId, SaleId } from '../domain/ids.ts'
import type { Order, OrderStatus, ReleaseReason } from '../domain/order.ts'

export interface OrderStore {
  // Where orders are kept in several places, of which one may be away while the others go on: whoever asks
  // for one place at a time waits for no other. Absent: there is one place.
  places?: OrderPlaces | undefined
  // Writes decided orders, also rejected ones. An order that exists is left as it is.
  insert(orders: Order[]): Promise<void>
  // In the order asked; undefined for one that does not exist.
  read(orderIds: OrderId[]): Promise<(Order | undefined)[]>
  // The buyer's live order of this sale: pending or paid.
  readLive(at: { saleId: SaleId; buyerId: BuyerId }): Promise<Order | undefined>
  // Changes the order if it is still in the status its reason needs, and writes the outbox row that
  // will give its units back. A refund makes the money that bought the order owed back, and wanted;
  // an operator's change is in the audit log: all in the same transaction. Returns the order as it now
  // is, and whether this call changed it.
  release(change: OrderRelease): Promise<{ changed: boolean; order: Order | undefined }>
  // Orders with smaller ids than `before`, newest first. Fewer than `limit`: there are no more.
  list(at: OrderPage): Promise<Order[]>
  // Pending orders past their payBy are expired now, oldest first, each as by `release` and in one
  // transaction with its outbox row. Two who take at once never take one order twice. `limit` is of each
  // place, here and below; without a place they are taken from all that answer.
  takeExpired(at: {
    nowMs: number
    limit: number
    place?: string | undefined
  }): Promise<OutboxRow[]>
  // Releases that the ledger has still to be told of, oldest first.
  readOutbox(at: { limit: number; place?: string | undefined }): Promise<OutboxRow[]>
  finishOutbox(orderIds: OrderId[]): Promise<void>
  // Units of a sale's orders by status.
  readUnits(saleId: SaleId): Promise<Record<OrderStatus, number>>
}

export interface OrderPlaces {
  names: readonly string[]
  of(orderId: OrderId): string
}

export interface OrderRelease {
  orderId: OrderId
  reason: ReleaseReason
  nowMs: number
  operator?: { by: string; reason: string } | undefined // whose change it is, and why
}

export interface OrderPage {
  of: OrderSelection
  before?: OrderId | undefined
  limit: number
}

// The selections that can be paged through at a cost that does not grow with all other orders.
export type OrderSelection =
  | { by: 'sale'; saleId: SaleId; status?: OrderStatus | undefined }
  | { by: 'buyer'; buyerId: BuyerId }
  | { by: 'refund-due' } // money is owed back for it
  | { by: 'all' }

export interface OutboxRow {
  orderId: OrderId
  saleId: SaleId
  buyerId: BuyerId
  reason: ReleaseReason
}
