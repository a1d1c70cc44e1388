// Leaves word of changes of orders, in the transaction of the change: for the ledger if it is a release,
// and for those who make webhooks of it. A row goes when all are done who have to be told.

import type { BuyerId, OrderId, SaleId } from '../../../domain/ids.ts'
import type { ReleaseReason } from '../../../domain/order.ts'
import type { PaymentId } from '../../../domain/payment.ts'
import type { OrderChanged } from '../../../domain/webhook-event.ts'
import { orNull } from '../../sql/columns.ts'
import type { Database, Statements } from '../database.ts'
import { outboxTable } from '../table-names.ts'

export interface NewOrderChange {
  orderId: OrderId
  saleId: SaleId
  buyerId: BuyerId
  reason?: ReleaseReason
  change: OrderChanged
  paymentId?: PaymentId | undefined
  nowMs: number
}

const insertInto = (outbox: string) => `
  insert into ${outbox} (
    order_id, sale_id, buyer_id, reason, change_name, payment_id, home_due, webhook_due, at)
  values ?
`

export const leaveWord = async (
  transaction: Statements,
  { place }: Pick<Database, 'place'>,
  changes: NewOrderChange[],
): Promise<void> => {
  const rows = changes.map(({ orderId, saleId, buyerId, reason, change, paymentId, nowMs }) => {
    const homeDue = reason === undefined ? 0 : 1
    return [orderId, saleId, buyerId, orNull(reason), change, orNull(paymentId), homeDue, 1, nowMs]
  })
  await transaction.change(insertInto(outboxTable(place)), [rows])
}

const told = (outbox: string, due: Due) => `
  update ${outbox}
  set ${due} = 0
  where outbox_id in (?)
`

const deleteFrom = (outbox: string) => `
  delete from ${outbox}
  where outbox_id in (?) and home_due = 0 and webhook_due = 0
`

type Due = 'home_due' | 'webhook_due'

// Two who finish one row for different reasons come one after the other, and the last one deletes it.
export const finishWord = async (
  database: Database,
  { outboxIds, due }: { outboxIds: string[]; due: Due },
): Promise<void> => {
  if (outboxIds.length === 0) return
  const outbox = outboxTable(database.place)
  await database.write(async (transaction) => {
    await transaction.change(told(outbox, due), [outboxIds])
    await transaction.change(deleteFrom(outbox), [outboxIds])
  })
}
