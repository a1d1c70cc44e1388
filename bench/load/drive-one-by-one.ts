// Orders recorded as it is taught: one connection, one order after the other, each durable before the next
// begins. It writes the rows that the worker writes, into the same tables, and nothing more: no epoch is
// compared, and an order that comes again is an error.

import { createConnection } from 'mysql2/promise'
import { ordersTable } from '../../src/adapters/mysql/table-names.ts'
import { shardOf } from '../../src/domain/ids.ts'
import type { OrderMessage } from '../../src/domain/messages.ts'
import type { MysqlJob, MysqlWay } from './mysql-job.ts'
import type { MysqlLoad } from './mysql-driver.ts'
import { orderBatches } from './order-batches.ts'

const BEGIN = 'start transaction'
const COMMIT = 'commit'

const ENTER = `
  insert into stock_ledger (
    order_id, step, sale_id, buyer_id, units, entry, stock_tokens, epoch, batch, at)
  values (?, 1, ?, ?, ?, 'recorded', '[]', ?, 0, ?)
`

const PAY = `
  update sale_stock
  set available = available - ?
  where sale_id = ? and available >= ?
`

const insertInto = (table: string) => `
  insert into ${table} (
    order_id, sale_id, buyer_id, units, price, currency, status, stock_tokens,
    created_at, pay_by, changed_at)
  values (?, ?, ?, ?, ?, ?, 'pending', '[]', ?, ?, ?)
`

const LEAVE_WORD = `
  insert into outbox_00 (
    order_id, sale_id, buyer_id, change_name, home_due, webhook_due, at)
  values (?, ?, ?, 'pending', 0, 1, ?)
`

const PAY_WITHIN_MS = 3_600_000

export const driveOneByOne = async ({ by, url, saleIds, orders }: MysqlJob): Promise<MysqlLoad> => {
  const connection = await createConnection({ uri: url, charset: 'utf8mb4_bin' })
  await connection.query('set session transaction isolation level read committed')
  const run = async (sql: string, values: (string | number)[] = []) =>
    void (await connection.query(sql, values))
  const messages = orderBatches(saleIds, orders).flat()
  return {
    async run() {
      for (const message of messages) await recordOne(run, { by, message })
    },
    [Symbol.asyncDispose]: () => connection.end(),
  }
}

type Run = (sql: string, values?: (string | number)[]) => Promise<void>

const recordOne = async (run: Run, { by, message }: { by: MysqlWay; message: OrderMessage }) => {
  const { orderId, saleId, buyerId, units, price, currency, epoch, reservedAtMs } = message
  const nowMs = Date.now()
  await run(BEGIN)
  await run(ENTER, [orderId, saleId, buyerId, units, epoch, nowMs])
  await run(PAY, [units, saleId, units])
  if (by === 'two-transactions') {
    await run(COMMIT)
    await run(BEGIN)
  }
  const terms = [orderId, saleId, buyerId, units, price, currency]
  const times = [reservedAtMs, nowMs + PAY_WITHIN_MS, nowMs]
  await run(insertInto(ordersTable(shardOf(buyerId))), [...terms, ...times])
  await run(LEAVE_WORD, [orderId, saleId, buyerId, nowMs])
  await run(COMMIT)
}
