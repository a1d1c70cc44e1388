// What is kept about a buyer, gathered from all tables.

import type { BuyerId } from '../../domain/ids.ts'
import type {
  BuyerAccount,
  BuyerErased,
  BuyerRecord,
  BuyerRecords,
  CountedPart,
} from '../../ports/buyer-records.ts'
import { orUndefined } from '../sql/columns.ts'
import { buyerParts } from './buyer-records/parts.ts'
import type { Database, StoreDeps } from './database.ts'
import { auditLog } from './rows/audit-log.ts'

export const sqliteBuyerRecords = (deps: StoreDeps): BuyerRecords => {
  const { database } = deps
  const readRecord = recordReader(database)
  const readPart = buyerParts(database)
  const erase = eraser(deps, readRecord)
  return {
    read: async (buyerId) =>
      database.read(() => {
        const record = readRecord(buyerId)
        return isEmpty(record) ? undefined : record
      }),
    readPart: async (page) => database.read(() => readPart(page)),
    erase: async (of) => database.write(() => erase(of)),
  }
}

const ACCOUNT = `
  select name, subject, created_at as createdAtMs, erased_at as erasedAtMs
  from buyers
  where buyer_id = ?
`

const COUNTS = `
  select
    (select count(*) from sessions where buyer_id = ?1) as sessions,
    (select count(*) from entries where buyer_id = ?1) as entries,
    (select count(*) from in_transit where buyer_id = ?1) as inTransit,
    (select count(*) from orders where buyer_id = ?1) as orders,
    (select count(*) from orders join payments using (order_id) where buyer_id = ?1) as payments,
    (select count(*) from blocklist where kind = 'buyer' and value = cast(?1 as text)) as blocks
`

interface AccountRow {
  name: string | null
  subject: string | null
  createdAtMs: number
  erasedAtMs: number | null
}

const recordReader = (database: Database) => {
  const readAccount = database.select<AccountRow>(ACCOUNT)
  const readCounts = database.select<Record<CountedPart, number>>(COUNTS)
  return (buyerId: BuyerId): BuyerRecord => {
    const account = readAccount.get(buyerId)
    const counts = { ...readCounts.get(buyerId)! }
    return { buyerId, account: account && accountOf(account), counts }
  }
}

const isEmpty = ({ account, counts }: BuyerRecord) =>
  account === undefined && Object.values(counts).every((count) => count === 0)

const accountOf = ({ name, subject, createdAtMs, erasedAtMs }: AccountRow): BuyerAccount => ({
  name: orUndefined(name),
  subject: orUndefined(subject),
  createdAtMs,
  erasedAtMs: orUndefined(erasedAtMs),
})

const PENDING = `
  select count(*) as orders
  from orders
  where buyer_id = ? and status = 'pending'
`

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

const eraser = ({ database, clock }: StoreDeps, read: (buyerId: BuyerId) => BuyerRecord) => {
  const pending = database.select<{ orders: number }>(PENDING)
  const eraseAccount = database.change(ERASE_ACCOUNT)
  const eraseSessions = database.change(ERASE_SESSIONS)
  const eraseEntries = database.change(ERASE_ENTRIES)
  const log = auditLog({ database, clock })

  return (of: { buyerId: BuyerId; by: string; reason: string }): BuyerErased => {
    const { buyerId, by, reason } = of
    const before = read(buyerId)
    if (isEmpty(before)) return { result: 'no-such-buyer' }
    const open = pending.get(buyerId)!.orders + before.counts.inTransit
    if (open > 0) return { result: 'pending-orders', orders: open }
    const nowMs = clock.nowMs()
    eraseAccount(nowMs, buyerId)
    const gone = { sessions: eraseSessions(buyerId), entries: eraseEntries(buyerId, nowMs) }
    log({ by, change: 'erase-buyer', subject: `buyer ${buyerId}`, reason, details: gone })
    return { result: 'erased', ...gone, record: read(buyerId) }
  }
}
