// Erases what no book needs of a buyer, at home, in one transaction with the audit log.

import { type BuyerId, shardOf } from '../../../domain/ids.ts'
import type { StoreDeps } from '../mysql.ts'
import { auditLog } from '../rows/audit-log.ts'
import { ordersTable } from '../table-names.ts'

const pendingIn = (orders: string) => `
  select count(*) as pending
  from ${orders}
  where buyer_id = ? and status = 'pending'
`

// First: whoever opens a session for the buyer waits for this row (sessions.ts).
const ERASE_ACCOUNT = `
  update buyers
  set name = null, password_hash = null, subject = null, erased_at = coalesce(erased_at, ?)
  where buyer_id = ?
`

const ERASE_SESSIONS = `
  delete from sessions
  where buyer_id = ?
`

// An entry of a sale that is not over is still needed to buy in it.
const ERASE_ENTRIES = `
  delete from entries
  where buyer_id = ?
  and not exists (
    select 1
    from sales
    where sales.sale_id = entries.sale_id
    and closed_at is null
    and deleted_at is null
    and ends_at > ?)
`

type Erased =
  | { result: 'erased'; sessions: number; entries: number }
  | { result: 'pending-orders'; orders: number }

export const erasingBuyers = ({ mysql, clock }: StoreDeps) => {
  const log = auditLog({ database: mysql.home, clock })
  return async (of: { buyerId: BuyerId; by: string; reason: string }): Promise<Erased> => {
    const { buyerId, by, reason } = of
    const shard = shardOf(buyerId)
    const sql = pendingIn(ordersTable(shard))
    const [open] = await mysql.ofShard(shard).query<{ pending: number }>(sql, [buyerId])
    if (open!.pending > 0) return { result: 'pending-orders', orders: open!.pending }
    return mysql.home.write(async (transaction) => {
      const nowMs = clock.nowMs()
      await transaction.change(ERASE_ACCOUNT, [nowMs, buyerId])
      const sessions = await transaction.change(ERASE_SESSIONS, [buyerId])
      const entries = await transaction.change(ERASE_ENTRIES, [buyerId, nowMs])
      const details = { sessions, entries }
      const subject = `buyer ${buyerId}`
      await log(transaction, { by, change: 'erase-buyer', subject, reason, details })
      return { result: 'erased', ...details }
    })
  }
}
