// Leaves word of an order's change, in the transaction of the change: for the ledger if it is a release,
// and for those who make webhooks of it, while there is an endpoint that would hear of it.

import type { BuyerId, OrderId, SaleId } from '../../../domain/ids.ts'
import type { ReleaseReason } from '../../../domain/order.ts'
import type { PaymentId } from '../../../domain/payment.ts'
import type { OrderChanged } from '../../../domain/webhook-event.ts'
import { orNull } from '../../sql/columns.ts'
import type { Database } from '../database.ts'

export interface NewOrderChange {
  orderId: OrderId
  saleId: SaleId
  buyerId: BuyerId
  reason?: ReleaseReason
  change: OrderChanged
  paymentId?: PaymentId | undefined
  nowMs: number
}

const INSERT = `
  insert into outbox (order_id, sale_id, buyer_id, reason, change, payment_id, at)
  select ?1, ?2, ?3, ?4, iif(heard, ?5, null), ?6, ?7
  from (select exists (select 1 from webhook_endpoints where enabled = 1) as heard)
  where heard = 1 or ?4 is not null
`

export const orderChanges = (database: Database) => {
  const insert = database.change(INSERT)
  return (of: NewOrderChange): void => {
    const { orderId, saleId, buyerId, reason, change, paymentId, nowMs } = of
    insert(orderId, saleId, buyerId, orNull(reason), change, orNull(paymentId), nowMs)
  }
}
