// Makes databases that were restored from backups ones that may go on, although what happened after the
// backups is lost: nothing that was handed out then (order ids, ids of buyers and sales, epochs, versions)
// is handed out again, nobody who signed out is signed in, buyers may still pay, and no sale sells before
// an operator has looked. It may be repeated: what a crash leaves half done does not start.
//
// It must never touch databases that a process still uses.

import { randomUUID } from 'node:crypto'
import { EngineError } from '../../domain/errors.ts'
import { readOrderId, type SaleId } from '../../domain/ids.ts'
import type { Database, Statements } from './database.ts'
import { checkServers } from './database/check-server.ts'
import { memberOf } from './database/installation.ts'
import { migrate } from './database/migrate.ts'
import { connect, type MysqlOptions, shardsAt } from './mysql.ts'
import { auditLog } from './rows/audit-log.ts'
import { ordersTable } from './table-names.ts'

export interface MadeSafe {
  newestAtMs: number // of the home database: what came later is lost
  paused: SaleId[]
}

export const makeSafe = async ({ urls, ...options }: MysqlOptions): Promise<MadeSafe> => {
  await using opened = new AsyncDisposableStack()
  const databases = urls.map((url, place) => opened.use(connect({ url, place, ...options })))
  const home = databases[0]!
  await checkServers(databases)
  for (const database of databases) await checkPlace(database, databases.length)
  for (const database of databases)
    await migrate(database, { shards: shardsAt(database.place, databases.length) })
  const { nowMs, newestAtMs } = await checkTimes(home)
  for (const database of databases) await skipNumbers(database)
  const payWithin = await home.query<PayWithin>(PAY_WITHIN)
  for (const database of databases)
    for (const shard of shardsAt(database.place, databases.length))
      await giveTimeToPay(database, { shard, payWithin, nowMs })
  const id = randomUUID()
  for (const database of databases.slice(1)) await database.change(RENAME, [id])
  const paused = await home.write((transaction) =>
    changeHome(transaction, { home, id, nowMs, newestAtMs }),
  )
  return { newestAtMs, paused }
}

// Which installation it was of is of no matter: a crash in here leaves several.
const checkPlace = async (database: Database, ofHowMany: number) => {
  const member = await memberOf(database)
  if (member === undefined)
    throw unusable(`database ${database.name} is not one of seckill: restore it first`)
  if (member.place !== database.place || member.ofHowMany !== ofHowMany)
    throw unusable(
      `SECKILL_STORE_URL: database ${database.name} is number ${member.place + 1} of ` +
        `${member.ofHowMany}, not ${database.place + 1} of ${ofHowMany}: name all in their order`,
    )
}

const unusable = (message: string) => new EngineError('STORE_UNUSABLE', { message })

const TIMES = `
  select
    cast(unix_timestamp(now(3)) * 1000 as signed) as nowMs,
    greatest(
      (select coalesce(max(at), 0) from audit_log),
      (select coalesce(max(at), 0) from stock_ledger)) as newestAtMs,
    cast((select coalesce(max(order_id), 0) from stock_ledger) as char) as newestOrderId,
    greatest(
      (select coalesce(max(until), 0) from leases),
      (select coalesce(max(until), 0) from node_leases)) as leasedUntilMs
`

interface Times {
  nowMs: number
  newestAtMs: number
  newestOrderId: string
  leasedUntilMs: number
}

const checkTimes = async (home: Database) => {
  const [times] = await home.query<Times>(TIMES)
  const { nowMs, newestOrderId, leasedUntilMs } = times!
  const orderAtMs = newestOrderId === '0' ? 0 : readOrderId(newestOrderId).createdAtMs
  const newestAtMs = Math.max(times!.newestAtMs, orderAtMs)
  if (leasedUntilMs > nowMs)
    throw unusable(
      'a process still uses these databases, or did until a moment ago: stop every gateway, worker ' +
        `and keeper, and say it again in ${Math.ceil((leasedUntilMs - nowMs) / 1000)} s`,
    )
  // Order ids hold the time at which they were made, and come again when the time does.
  if (newestAtMs > nowMs)
    throw unusable(
      `the backup is of ${new Date(newestAtMs).toISOString()}, and on the server of ${home.name} it ` +
        `is ${new Date(nowMs).toISOString()}: set its clock right`,
    )
  return { nowMs, newestAtMs }
}

const NUMBERED = `
  select table_name as name, column_name as number
  from information_schema.columns
  where table_schema = database() and extra like '%auto_increment%'
`

const SKIPPED = { sales: 10_000, others: 1_000_000_000 }

// Above any number that can have been given since.
const skipNumbers = async (database: Database) => {
  for (const { name, number } of await database.query<Record<'name' | 'number', string>>(
    NUMBERED,
  )) {
    const largest = `select cast(coalesce(max(${number}), 0) as char) as id from ${name}`
    const [row] = await database.query<{ id: string }>(largest)
    const next = BigInt(row!.id) + BigInt(name === 'sales' ? SKIPPED.sales : SKIPPED.others)
    await database.change(`alter table ${name} auto_increment = ${next}`)
  }
}

const PAY_WITHIN = `
  select cast(sale_id as char) as saleId, pay_within_ms as ms
  from sales
  where left_engine_at is null and deleted_at is null
`

interface PayWithin {
  saleId: SaleId
  ms: number
}

const timeToPay = (shard: number) => `
  update ${ordersTable(shard)}
  set pay_by = ?
  where status = 'pending' and sale_id = ?
`

// They could not pay meanwhile, and who had paid must still be heard of by the provider.
const giveTimeToPay = async (
  database: Database,
  { shard, payWithin, nowMs }: { shard: number; payWithin: PayWithin[]; nowMs: number },
) => {
  for (const { saleId, ms } of payWithin)
    await database.change(timeToPay(shard), [nowMs + ms, saleId])
}

const RENAME = `
  update installation
  set id = ?
`

// Whoever held a lease is gone; who signed out after the backup must not be signed in again.
const FORGET = ['delete from leases', 'delete from sessions']

const REST_NODE_IDS = `
  update node_leases
  set until = ?
`

// Above any epoch and version that can have been reached since: a rebuild takes a second.
const RAISE = `
  update sale_stock
  set epoch = epoch + 1000000, version = version + 1000000
`

const GOING_ON = `
  from sales
  where closed_at is null and deleted_at is null and left_engine_at is null and ends_at > ?
`

const SELECT_GOING_ON = `
  select cast(sale_id as char) as saleId ${GOING_ON}
  for update
`

const PAUSE = `
  update sales
  set paused = 1
  where sale_id in (?)
`

const changeHome = async (
  transaction: Statements,
  of: { home: Database; id: string; nowMs: number; newestAtMs: number },
): Promise<SaleId[]> => {
  const { home, id, nowMs, newestAtMs } = of
  for (const sql of FORGET) await transaction.change(sql)
  await transaction.change(REST_NODE_IDS, [nowMs])
  await transaction.change(RAISE)
  const rows = await transaction.query<{ saleId: SaleId }>(SELECT_GOING_ON, [nowMs])
  const paused = rows.map(({ saleId }) => saleId)
  if (paused.length > 0) await transaction.change(PAUSE, [paused])
  const log = auditLog({ database: home, clock: { nowMs: () => nowMs } })
  const entry = { by: 'restore', reason: 'restored from a backup' }
  const details = { newestAt: new Date(newestAtMs).toISOString(), paused }
  await log(transaction, { ...entry, change: 'restore', subject: 'database', details })
  for (const saleId of paused)
    await log(transaction, {
      ...entry,
      change: 'change-sale',
      subject: `sale ${saleId}`,
      details: { paused: true },
    })
  await transaction.change(RENAME, [id])
  return paused
}
