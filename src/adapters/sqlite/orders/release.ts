// Releases an order, whoever wants it: the change, word of it, and what is owed back, in one transaction.

import type { OrderId } from '../../../domain/ids.ts'
import { type Order, releasedFrom, type ReleaseReason } from '../../../domain/order.ts'
import type { PaymentId } from '../../../domain/payment.ts'
import type { OrderRelease, OrderStore, OutboxRow } from '../../../ports/order-store.ts'
import { orderOf, type OrderRow } from '../../sql/order.ts'
import type { StoreDeps } from '../database.ts'
import { auditLog } from '../rows/audit-log.ts'
import { orderChanges } from '../rows/order-changes.ts'
import { READ_ORDER } from './order-rows.ts'

const RELEASE = `
  update orders
  set status = ?, changed_at = ?
  where order_id = ? and status = ?
`

// The payment that bought the order.
const READ_BOUGHT = `
  select cast(payment_id as text) as paymentId
  from payments
  where order_id = ? and status = 'succeeded'
`

// Its money is owed back, and wanted.
const OWE_BACK = `
  update payments
  set status = 'refund-due', reason = 'order-refunded', refund_asked_at = ?1, changed_at = ?1
  where payment_id = ?2
`

const AUDITED: Record<ReleaseReason, string> = {
  cancelled: 'cancel-order',
  expired: 'expire-order',
  refunded: 'refund-order',
}

const READ_EXPIRED = `
  select cast(order_id as text) as orderId
  from orders
  where status = 'pending' and pay_by <= ?
  order by pay_by
  limit ?
`

export const releasingOrders = (deps: StoreDeps): Pick<OrderStore, 'release' | 'takeExpired'> => {
  const { database } = deps
  const releaseOne = releasing(deps)
  const readExpired = database.select<{ orderId: OrderId }>(READ_EXPIRED)
  const expireAll = ({ nowMs, limit }: { nowMs: number; limit: number }): OutboxRow[] =>
    readExpired.all(nowMs, limit).map(({ orderId }) => {
      const { order } = releaseOne({ orderId, reason: 'expired', nowMs })
      return { orderId, saleId: order!.saleId, buyerId: order!.buyerId, reason: 'expired' }
    })
  return {
    release: async (change) => database.write(() => releaseOne(change)),
    takeExpired: async (at) => database.write(() => expireAll(at)),
  }
}

const releasing = ({ database, clock }: StoreDeps) => {
  const update = database.change(RELEASE)
  const read = database.select<OrderRow>(READ_ORDER)
  const readBought = database.select<{ paymentId: PaymentId }>(READ_BOUGHT)
  const oweBack = database.change(OWE_BACK)
  const noteChange = orderChanges(database)
  const log = auditLog({ database, clock })

  const note = ({ orderId, saleId, buyerId }: Order, { reason, nowMs }: OrderRelease) => {
    const paymentId = reason === 'refunded' ? readBought.get(orderId)?.paymentId : undefined
    if (paymentId !== undefined) oweBack(nowMs, paymentId)
    const change = paymentId === undefined ? reason : 'refund-due'
    noteChange({ orderId, saleId, buyerId, reason, change, paymentId, nowMs })
  }

  return (release: OrderRelease): { changed: boolean; order: Order | undefined } => {
    const { orderId, reason, nowMs, operator } = release
    const changed = update(reason, nowMs, orderId, releasedFrom(reason)) === 1
    const row = read.get(orderId)
    const order = row && orderOf(row)
    if (!changed || !order) return { changed: false, order }
    note(order, release)
    const entry = { change: AUDITED[reason], subject: `order ${orderId}`, details: {} }
    if (operator) log({ ...operator, ...entry })
    return { changed, order }
  }
}
