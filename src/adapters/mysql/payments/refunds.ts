// Money that is owed back: wanted by an operator, asked of the provider, gone.

import type { Payment } from '../../../domain/payment.ts'
import type { Payments, WantedRefunds } from '../../../ports/payments.ts'
import { paymentOf, type PaymentRow } from '../../sql/order.ts'
import type { Statements } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'
import { databaseOf } from '../order-tables.ts'
import { lockOrder } from '../orders/lock-order.ts'
import { auditLog } from '../rows/audit-log.ts'
import { leaveWord } from '../rows/order-changes.ts'
import { PAYMENT, READ_PAYMENT } from './payment-rows.ts'
import { takingRefunds } from './take-refunds.ts'

type Refunding = Pick<Payments, 'wantRefunds' | 'takeRefunds' | 'finishRefund'>

export const refundingPayments = ({ mysql, clock }: StoreDeps): Refunding => ({
  ...takingRefunds({ mysql, clock }),

  async wantRefunds(at) {
    const { orderId, by, reason } = at
    const database = databaseOf(mysql, orderId)
    const log = auditLog({ database, clock })
    return database.write(async (transaction) => {
      const { due, isNews } = await want(transaction, at)
      const details = { paymentIds: due.map(({ paymentId }) => paymentId) }
      const entry = { change: 'refund-payments', subject: `order ${orderId}`, reason, details }
      if (isNews) await log(transaction, { by, ...entry })
      return due
    })
  },

  async finishRefund({ paymentId, nowMs }) {
    const database = databaseOf(mysql, paymentId)
    const [payment] = await database.query<PaymentRow>(READ_PAYMENT, [paymentId])
    if (payment === undefined) return
    await database.write(async (transaction) => {
      const order = await lockOrder(transaction, payment.orderId)
      const finished = await transaction.change(FINISH, [nowMs, paymentId])
      if (finished === 0 || order === undefined) return
      const { orderId, saleId, buyerId } = order
      const word = { orderId, saleId, buyerId, change: 'refunded', paymentId, nowMs } as const
      await leaveWord(transaction, database, [word])
    })
  },
})

const READ_DUE = `${PAYMENT}
  where order_id = ? and status = 'refund-due'
  order by payment_id
`

const WANT = `
  update payments
  set refund_asked_at = ?
  where order_id = ? and status = 'refund-due' and refund_asked_at is null
`

const want = async (
  transaction: Statements,
  { orderId, nowMs }: WantedRefunds,
): Promise<{ due: Payment[]; isNews: boolean }> => {
  await lockOrder(transaction, orderId)
  const due = await transaction.query<PaymentRow>(READ_DUE, [orderId])
  const isNews = (await transaction.change(WANT, [nowMs, orderId])) > 0
  return { due: due.map(paymentOf), isNews }
}

const FINISH = `
  update payments
  set status = 'refunded', changed_at = ?
  where payment_id = ? and status = 'refund-due'
`
