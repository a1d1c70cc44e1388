// What is true of webhooks on SQLite alone: an installation without any pays nothing for them, and one
// that is upgraded loses nothing that was still to be done.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { orderIdOf, AT_MS, sampleEndpoint, sampleOrder } from '../contracts/samples.ts'
import { makeSqlite, openSqlite, type Sqlite, temporaryFolder } from './sqlite-setup.ts'

const rowsOf = ({ database }: Sqlite) =>
  database.select<{ rows: number }>('select count(*) as rows from outbox').get()!.rows

test('without an enabled endpoint only releases leave a row, and only for the ledger', async () => {
  await using sqlite = await makeSqlite()
  const { orders, orderChanges, webhooks } = sqlite
  await webhooks.createEndpoint(sampleEndpoint({ enabled: false }))
  await orders.insert([sampleOrder({ buyerId: '1' })])
  assert.equal(rowsOf(sqlite), 0)
  const orderId = orderIdOf('1')
  await orders.release({ orderId, reason: 'cancelled', nowMs: AT_MS })
  assert.equal(rowsOf(sqlite), 1)
  assert.deepEqual(await orderChanges.read({ limit: 9 }), [])
  await orders.finishOutbox([orderId])
  assert.equal(rowsOf(sqlite), 0)
})

const MIGRATIONS = join(import.meta.dirname, '../../src/adapters/sqlite/migrations')

// As an installation of before webhooks left it.
const oldDatabase = (folder: string) => {
  using database = new DatabaseSync(join(folder, 'seckill.db'))
  const files = readdirSync(MIGRATIONS).filter((file) => file < '0003')
  for (const file of files.toSorted()) database.exec(readFileSync(join(MIGRATIONS, file), 'utf8'))
  database.exec(`
    insert into outbox (order_id, sale_id, buyer_id, reason)
    values (7, 1, 2, 'cancelled');
    pragma user_version = 2;
  `)
}

test('releases that were still to be told of before the upgrade are told of after it', async () => {
  await using made = await temporaryFolder()
  oldDatabase(made.folder)
  await using sqlite = openSqlite(made)
  const word = { orderId: '7', saleId: '1', buyerId: '2', reason: 'cancelled' }
  assert.deepEqual(await sqlite.orders.readOutbox({ limit: 9 }), [word])
  assert.deepEqual(await sqlite.orderChanges.read({ limit: 9 }), [])
  await sqlite.orders.finishOutbox(['7'])
  assert.deepEqual(await sqlite.orders.readOutbox({ limit: 9 }), [])
})
