// Changes of orders of which webhooks have still to be made. Each was written in the transaction of the
// change itself, so that none is lost; one that is read and not finished is read again. The changes of
// one order come in the order in which they happened, also when several read at once.
//
// A store may leave out what nobody would read, while no enabled endpoint exists.
//
// Deliberately not in it: who is told and how (webhooks.ts), the release of units (order-store.ts).

import type { BuyerId, OrderId, SaleId } from '../domain/ids.ts'
import type { PaymentId } from '../domain/payment.ts'
import type { OrderChanged } from '../domain/webhook-event.ts'

export interface OrderChanges {
  // The oldest ones of each place where they are kept.
  read(at: { limit: number }): Promise<OrderChange[]>
  // Their webhooks are durable. Repeatable.
  finish(changeIds: string[]): Promise<void>
}

export interface OrderChange {
  changeId: string // names database and row, in letters, digits and `-`
  orderId: OrderId
  saleId: SaleId
  buyerId: BuyerId
  change: OrderChanged
  paymentId: PaymentId | undefined // whose money it is: of `refund-due`, and of `refunded` if there was any
  atMs: number
}
