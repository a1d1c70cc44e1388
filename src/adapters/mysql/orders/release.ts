// Releases an order, whoever wants it: the change, word of it, and what is owed back, in one transaction.
// Whoever changes an order or its payments has the order's row first, so that they come one by one.

import { type Order, releasedFrom, type ReleaseReason } from '../../../domain/order.ts'
import type { PaymentId } from '../../../domain/payment.ts'
import type { OrderRelease, OrderStore } from '../../../ports/order-store.ts'
import { orderOf, type OrderRow } from '../../sql/order.ts'
import type { Database, Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'
import { databaseOf, tableOf } from '../order-tables.ts'
import { auditLog } from '../rows/audit-log.ts'
import { leaveWord } from '../rows/order-changes.ts'
import { ordersIn } from './order-rows.ts'

export const releasingOrders = ({ mysql, clock }: StoreDeps): Pick<OrderStore, 'release'> => ({
  async release(release) {
    const { orderId, reason, operator } = release
    const database = databaseOf(mysql, orderId)
    const log = auditLog({ database, clock })
    return database.write(async (transaction) => {
      const { changed, order } = await change(transaction, release)
      if (!changed || !order) return { changed: false, order }
      await note({ transaction, database }, order, release)
      const entry = { change: AUDITED[reason], subject: `order ${orderId}`, details: {} }
      if (operator) await log(transaction, { ...operator, ...entry })
      return { changed, order }
    })
  },
})

const AUDITED: Record<ReleaseReason, string> = {
  cancelled: 'cancel-order',
  expired: 'expire-order',
  refunded: 'refund-order',
}

const changeIn = (table: string) => `
  update ${table}
  set status = ?, changed_at = ?
  where order_id = ? and status = ?
`

const oneIn = (table: string) => `${ordersIn(table)}
  where order_id = ?
`

const change = async (transaction: Statements, { orderId, reason, nowMs }: OrderRelease) => {
  const table = tableOf(orderId)
  const values = [reason, nowMs, orderId, releasedFrom(reason)]
  const changed = (await transaction.change(changeIn(table), values)) === 1
  const [row] = await transaction.query<OrderRow>(oneIn(table), [orderId])
  return { changed, order: row && orderOf(row) }
}

// The payment that bought the order.
const READ_BOUGHT = `
  select cast(payment_id as char) as paymentId
  from payments
  where order_id = ? and status = 'succeeded'
`

// Its money is owed back, and wanted.
const OWE_BACK = `
  update payments
  set status = 'refund-due', reason = 'order-refunded', refund_asked_at = ?, changed_at = ?
  where payment_id = ?
`

const note = async (
  { transaction, database }: { transaction: Statements; database: Database },
  { orderId, saleId, buyerId }: Order,
  { reason, nowMs }: OrderRelease,
) => {
  const ids = { orderId, saleId, buyerId }
  const paymentId =
    reason === 'refunded' ? await oweBack(transaction, { orderId, nowMs }) : undefined
  const change = paymentId === undefined ? reason : 'refund-due'
  await leaveWord(transaction, database, [{ ...ids, reason, change, paymentId, nowMs }])
}

const oweBack = async (
  transaction: Statements,
  { orderId, nowMs }: Pick<OrderRelease, 'orderId' | 'nowMs'>,
): Promise<PaymentId | undefined> => {
  const [bought] = await transaction.query<{ paymentId: PaymentId }>(READ_BOUGHT, [orderId])
  if (bought) await transaction.change(OWE_BACK, [nowMs, nowMs, bought.paymentId])
  return bought?.paymentId
}
