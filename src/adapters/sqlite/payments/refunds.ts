// Money that is owed back: wanted by an operator, asked of the provider, gone.

import type { Payment } from '../../../domain/payment.ts'
import type { Payments, WantedRefunds } from '../../../ports/payments.ts'
import type { StoreDeps } from '../database.ts'
import { auditLog } from '../rows/audit-log.ts'
import { PAYMENT, paymentOf, type PaymentRow } from './payment-rows.ts'

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

type Refunding = Pick<Payments, 'wantRefunds' | 'takeRefunds' | 'finishRefund'>

export const refundingPayments = ({ database, clock }: StoreDeps): Refunding => {
  const readDue = database.select<PaymentRow>(READ_DUE)
  const want = database.change(WANT)
  const readWanted = database.select<PaymentRow>(READ_WANTED)
  const asked = database.change(ASKED)
  const finish = database.change(FINISH)
  const log = auditLog({ database, clock })

  const wantAll = ({ orderId, by, reason, nowMs }: WantedRefunds): Payment[] => {
    const due = readDue.all(orderId).map(paymentOf)
    const isNews = want(nowMs, orderId) > 0
    const details = { paymentIds: due.map(({ paymentId }) => paymentId) }
    const entry = { change: 'refund-payments', subject: `order ${orderId}`, reason, details }
    if (isNews) log({ by, ...entry })
    return due
  }

  return {
    wantRefunds: async (at) => database.write(() => wantAll(at)),
    takeRefunds: async ({ askedBeforeMs, nowMs, limit }) =>
      database.write(() => {
        const wanted = readWanted.all(askedBeforeMs, limit).map(paymentOf)
        for (const { paymentId } of wanted) asked(nowMs, paymentId)
        return wanted
      }),
    async finishRefund({ paymentId, nowMs }) {
      await database.write(() => finish(nowMs, paymentId))
    },
  }
}
