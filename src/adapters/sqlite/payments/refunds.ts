// Money that is owed back: wanted by an operator, asked of the provider, gone.

import type { Order } from '../../../domain/order.ts'
import type { Payment, PaymentId } from '../../../domain/payment.ts'
import type { Payments, WantedRefunds } from '../../../ports/payments.ts'
import { paymentOf, type PaymentRow } from '../../sql/order.ts'
import type { StoreDeps } from '../database.ts'
import { auditLog } from '../rows/audit-log.ts'
import { orderChanges } from '../rows/order-changes.ts'
import { PAYMENT } from './payment-rows.ts'

const READ_DUE = `${PAYMENT}
  where order_id = ? and status = 'refund-due'
  order by payment_id
`

const WANT = `
  update payments
  set refund_asked_at = ?
  where order_id = ? and status = 'refund-due' and refund_asked_at is null
`

const READ_WANTED = `${PAYMENT}
  where status = 'refund-due' and refund_asked_at < ?
  order by refund_asked_at
  limit ?
`

const ASKED = `
  update payments
  set refund_asked_at = ?
  where payment_id = ?
`

const FINISH = `
  update payments
  set status = 'refunded', changed_at = ?
  where payment_id = ? and status = 'refund-due'
`

const READ_ORDER_OF = `
  select
    cast(order_id as text) as orderId,
    cast(sale_id as text) as saleId,
    cast(buyer_id as text) as buyerId
  from payments
  join orders using (order_id)
  where payment_id = ?
`

type Refunding = Pick<Payments, 'wantRefunds' | 'takeRefunds' | 'finishRefund'>

export const refundingPayments = ({ database, clock }: StoreDeps): Refunding => {
  const readDue = database.select<PaymentRow>(READ_DUE)
  const want = database.change(WANT)
  const readWanted = database.select<PaymentRow>(READ_WANTED)
  const asked = database.change(ASKED)
  const finish = database.change(FINISH)
  const readOrderOf = database.select<Pick<Order, 'orderId' | 'saleId' | 'buyerId'>>(READ_ORDER_OF)
  const noteChange = orderChanges(database)
  const log = auditLog({ database, clock })

  const wantAll = ({ orderId, by, reason, nowMs }: WantedRefunds): Payment[] => {
    const due = readDue.all(orderId).map(paymentOf)
    const isNews = want(nowMs, orderId) > 0
    const details = { paymentIds: due.map(({ paymentId }) => paymentId) }
    const entry = { change: 'refund-payments', subject: `order ${orderId}`, reason, details }
    if (isNews) log({ by, ...entry })
    return due
  }

  const finishOne = ({ paymentId, nowMs }: { paymentId: PaymentId; nowMs: number }) => {
    if (finish(nowMs, paymentId) === 0) return
    const { orderId, saleId, buyerId } = readOrderOf.get(paymentId)!
    noteChange({ orderId, saleId, buyerId, change: 'refunded', paymentId, nowMs })
  }

  return {
    wantRefunds: async (at) => database.write(() => wantAll(at)),
    takeRefunds: async ({ askedBeforeMs, nowMs, limit }) =>
      database.write(() => {
        const wanted = readWanted.all(askedBeforeMs, limit).map(paymentOf)
        for (const { paymentId } of wanted) asked(nowMs, paymentId)
        return wanted
      }),
    async finishRefund(of) {
      await database.write(() => finishOne(of))
    },
  }
}
