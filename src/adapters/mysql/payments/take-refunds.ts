// Takes refunds that are wanted, those first that were asked for longest ago: they are looked for in all
// databases without locks, then each database takes its own. What somebody else is at is left to him.

import type { PaymentId } from '../../../domain/payment.ts'
import type { Payments } from '../../../ports/payments.ts'
import { fromWhoAnswers } from '../at-once.ts'
import type { Database } from '../database.ts'
import type { StoreDeps } from '../mysql.ts'
import { byDatabase } from '../order-tables.ts'
import { PAYMENT, paymentOf, type PaymentRow } from './payment-rows.ts'

export const takingRefunds = ({ mysql }: StoreDeps): Pick<Payments, 'takeRefunds'> => ({
  async takeRefunds({ askedBeforeMs, nowMs, limit }) {
    const beforeMs = Math.min(askedBeforeMs, Number.MAX_SAFE_INTEGER)
    const readings = mysql.databases.map((database) =>
      database.query<Wanted>(READ_WANTED, [beforeMs, limit]),
    )
    const wanted = (await fromWhoAnswers(readings)).toSorted((a, b) => a.askedAtMs - b.askedAtMs)
    const parts = byDatabase(mysql, wanted.slice(0, limit), ({ paymentId }) => paymentId)
    const taking = parts.map(([database, own]) => take(database, { wanted: own, beforeMs, nowMs }))
    return (await fromWhoAnswers(taking)).map(paymentOf)
  },
})

interface Wanted {
  paymentId: PaymentId
  askedAtMs: number
}

const READ_WANTED = `
  select cast(payment_id as char) as paymentId, refund_asked_at as askedAtMs
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
