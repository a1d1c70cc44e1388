// Takes refunds that are wanted: each database looks for those that were asked for longest ago without
// locks, then takes them. What somebody else is at is left to him.

import type { PaymentId } from '../../../domain/payment.ts'
import type { Payments } from '../../../ports/payments.ts'
import { paymentOf, type PaymentRow } from '../../sql/order.ts'
import { fromWhoAnswers } from '../at-once.ts'
import type { Database } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'
import { PAYMENT } from './payment-rows.ts'

export const takingRefunds = ({ mysql }: StoreDeps): Pick<Payments, 'takeRefunds'> => ({
  async takeRefunds({ askedBeforeMs, nowMs, limit }) {
    const beforeMs = Math.min(askedBeforeMs, Number.MAX_SAFE_INTEGER)
    const takeAt = async (database: Database) => {
      const wanted = await database.query<Wanted>(READ_WANTED, [beforeMs, limit])
      return wanted.length === 0 ? [] : take(database, { wanted, beforeMs, nowMs })
    }
    return (await fromWhoAnswers(mysql.databases.map(takeAt))).map(paymentOf)
  },
})

interface Wanted {
  paymentId: PaymentId
}

const READ_WANTED = `
  select cast(payment_id as char) as paymentId
  from payments
  where status = 'refund-due' and refund_asked_at < ?
  order by refund_asked_at
  limit ?
`

const LOCK_FREE = `${PAYMENT}
  where payment_id in (?) and status = 'refund-due' and refund_asked_at < ?
  for update skip locked
`

const ASKED = `
  update payments
  set refund_asked_at = ?
  where payment_id in (?)
`

const take = (
  database: Database,
  { wanted, beforeMs, nowMs }: { wanted: Wanted[]; beforeMs: number; nowMs: number },
): Promise<PaymentRow[]> =>
  database.write(async (transaction) => {
    const paymentIds = wanted.map(({ paymentId }) => paymentId)
    const free = await transaction.query<PaymentRow>(LOCK_FREE, [paymentIds, beforeMs])
    if (free.length > 0)
      await transaction.change(ASKED, [nowMs, free.map(({ paymentId }) => paymentId)])
    return free
  })
