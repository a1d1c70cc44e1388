// Makes the database of a backup one that may go on, although what happened after the backup is lost:
// nothing that was handed out then (order ids, ids of buyers and sales, epochs, versions) is handed out
// again, nobody who signed out is signed in, buyers may still pay, and no sale sells before an operator
// has looked.

import type { DatabaseSync, SQLInputValue } from 'node:sqlite'
import { EngineError } from '../../../domain/errors.ts'
import { readOrderId, type SaleId } from '../../../domain/ids.ts'

export interface MadeSafe {
  newestAtMs: number // of the backup: what came later is lost
  paused: SaleId[]
}

export const makeSafe = (database: DatabaseSync, nowMs: number): MadeSafe => {
  database.exec('begin immediate')
  const newestAtMs = newestOf(database)
  if (newestAtMs > nowMs) throw clockBehind(newestAtMs, nowMs)
  for (const sql of FORGET) database.exec(sql)
  const change = (sql: string, ...values: SQLInputValue[]) => database.prepare(sql).run(...values)
  change(REST_NODE_IDS, nowMs)
  database.exec(RAISE)
  database.exec(RENAME)
  database.exec(SKIP_IDS)
  change(TIME_TO_PAY, nowMs)
  const paused = database.prepare(PAUSE).all(nowMs) as { saleId: SaleId }[]
  const saleIds = paused.map(({ saleId }) => saleId)
  const details = { newestAt: new Date(newestAtMs).toISOString(), paused: saleIds }
  change(LOG, nowMs, 'restore', 'database', JSON.stringify(details))
  for (const saleId of saleIds) change(LOG, nowMs, 'change-sale', `sale ${saleId}`, PAUSED)
  database.exec('commit')
  return { newestAtMs, paused: saleIds }
}

// Order ids hold the time at which they were made, and come again when the time does.
const clockBehind = (newestAtMs: number, nowMs: number) => {
  const [newest, now] = [newestAtMs, nowMs].map((ms) => new Date(ms).toISOString())
  return new EngineError('BACKUP_UNUSABLE', {
    message: `the backup is of ${newest}, and here it is ${now}: set the clock of this machine right`,
  })
}

const NEWEST = `
  select
    max(
      (select coalesce(max(at), 0) from audit_log),
      (select coalesce(max(at), 0) from stock_ledger)) as atMs,
    cast(max(
      (select coalesce(max(order_id), 0) from stock_ledger),
      (select coalesce(max(order_id), 0) from in_transit)) as text) as orderId
`

const newestOf = (database: DatabaseSync): number => {
  const { atMs, orderId } = database.prepare(NEWEST).get() as { atMs: number; orderId: string }
  return orderId === '0' ? atMs : Math.max(atMs, readOrderId(orderId).createdAtMs)
}

// Whoever held a lease is gone; who signed out after the backup must not be signed in again, so
// everybody signs in anew.
const FORGET = [
  `
  delete from leases
  `,
  `
  delete from sessions
  `,
]

const REST_NODE_IDS = `
  update node_leases
  set until = ?
`

// Above any epoch and version that can have been reached since: a rebuild takes a second.
const RAISE = `
  update sale_stock
  set epoch = epoch + 1000000, version = version + 1000000
`

// A stock engine that outlived the database holds what came after the backup, and nobody may take that
// for ours: a second restore would reach the epochs of the first.
const RENAME = `
  update installation
  set id = lower(hex(randomblob(8)))
`

// Above any id that can have been given since.
const SKIP_IDS = `
  update sqlite_sequence
  set seq = seq + case name when 'sales' then 10000 else 1000000000 end
`

// They could not pay meanwhile, and who had paid must still be heard of by the provider.
const TIME_TO_PAY = `
  update orders
  set pay_by = ?1 + (select pay_within_ms from sales where sales.sale_id = orders.sale_id)
  where status = 'pending'
`

const PAUSE = `
  update sales
  set paused = 1
  where closed_at is null
  and deleted_at is null
  and left_engine_at is null
  and ends_at > ?
  returning cast(sale_id as text) as saleId
`

const PAUSED = JSON.stringify({ paused: true })

const LOG = `
  insert into audit_log (at, by, change, subject, reason, details)
  values (?, 'restore', ?, ?, 'restored from a backup', ?)
`
