// What is kept how long, over real tables and a clock that the test moves.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { forgetOld, type KeptFor } from '../../src/flows/operators/forget-old.ts'
import { makeSqlite, type Sqlite } from '../adapters/sqlite-setup.ts'
import {
  AT_MS,
  orderIdOf,
  sampleMessage,
  sampleOrder,
  sampleProduct,
  sampleSale,
} from '../contracts/samples.ts'

const DAY_MS = 86_400_000
const DEFAULTS: KeptFor = { entriesMs: 30 * DAY_MS, auditEntriesMs: 400 * DAY_MS, ordersMs: 0 }

const forget = (
  sqlite: Sqlite,
  kept: Partial<KeptFor> = {},
  signal = new AbortController().signal,
) => forgetOld(sqlite, { kept: { ...DEFAULTS, ...kept }, by: 'keeper', signal })

// A sale of 500 units, all of them paid for, that has left the engine.
const soldOut = async ({ catalog, ledger, orders }: Sqlite): Promise<string> => {
  const { productId } = await catalog.createProduct(sampleProduct, 'test')
  const { saleId } = await catalog.createSale(sampleSale({ productId, stock: 500 }), 'test')
  const own = Array.from({ length: 500 }, (_, at) => {
    const buyerId = String(at + 1)
    return { saleId, buyerId, orderId: orderIdOf(buyerId, at) }
  })
  await ledger.decide(own.map((one) => sampleMessage(one)))
  await orders.insert(own.map((one) => sampleOrder({ ...one, status: 'paid' })))
  const set = { leftEngineAtMs: AT_MS }
  await catalog.changeSale({ saleId, set, by: 'keeper', reason: 'all orders are final' })
  return saleId
}

test('orders and their sale are kept for ever, unless somebody says how long', async () => {
  await using sqlite = await makeSqlite()
  const saleId = await soldOut(sqlite)
  await sqlite.time.pass(10_000 * DAY_MS)
  const forgotten = await forget(sqlite, { auditEntriesMs: 20_000 * DAY_MS })
  assert.ok(Object.values(forgotten).every((count) => count === 0))
  assert.equal((await sqlite.ledger.readBooks(saleId))?.live, 500)
})

test('a sale goes whole when it was kept long enough, not before, and gateways hear of it', async () => {
  await using sqlite = await makeSqlite()
  const saleId = await soldOut(sqlite)
  const kept = { ordersMs: 100 * DAY_MS }
  await sqlite.time.pass(100 * DAY_MS)
  assert.equal((await forget(sqlite, kept)).sales, 0)
  const cursor = await sqlite.changes.end()
  await sqlite.time.pass(1)
  const { orders, sales } = await forget(sqlite, kept)
  assert.deepEqual({ orders, sales }, { orders: 500, sales: 1 })
  assert.equal(await sqlite.catalog.readSale(saleId), undefined)
  assert.equal(await sqlite.ledger.readBooks(saleId), undefined)
  const { changes } = await sqlite.changes.readSince(cursor)
  assert.deepEqual(changes, [{ kind: 'sale', saleId }])
})

test('what was sold stays in the audit log when its sale has gone', async () => {
  await using sqlite = await makeSqlite()
  const saleId = await soldOut(sqlite)
  await sqlite.time.pass(100 * DAY_MS)
  await forget(sqlite, { ordersMs: 50 * DAY_MS })
  const read = sqlite.database.select<{ details: string }>(
    "select details from audit_log where change = 'forget-sale' and subject = ?",
  )
  const rows = read.all(`sale ${saleId}`).map(({ details }) => JSON.parse(details))
  assert.deepEqual(rows, [{ title: 'Phone at half price', total: 500, live: 500 }])
})

test('stopped in the middle it goes on the next time, and the books add up meanwhile', async () => {
  await using sqlite = await makeSqlite()
  const saleId = await soldOut(sqlite)
  const stopping = new AbortController()
  const stopped = {
    ...sqlite,
    clock: {
      ...sqlite.clock,
      pause: async () => stopping.abort(), // in the pause after the first batch
    },
  }
  await sqlite.time.pass(100 * DAY_MS)
  const kept = { ordersMs: 50 * DAY_MS }
  assert.equal((await forget(stopped, kept, stopping.signal)).sales, 0)
  const books = (await sqlite.ledger.readBooks(saleId))!
  assert.ok(books.live > 0 && books.live < 500, `${books.live} are left`)
  assert.equal(books.total, books.available + books.live)
  assert.equal((await forget(sqlite, kept)).sales, 1)
})

test('sessions go when they are over, entries 30 days after their sale, the log after 400', async () => {
  await using sqlite = await makeSqlite()
  const { database } = sqlite
  const { productId } = await sqlite.catalog.createProduct(sampleProduct, 'test')
  const { saleId, endsAtMs } = await sqlite.catalog.createSale(sampleSale({ productId }), 'test')
  await database.write(() => {
    database.change("insert into buyers (name, created_at) values ('ann', 0)")()
    database.change(
      `insert into sessions (session_id, buyer_id, created_at, expires_at)
       select 's', buyer_id, 0, ? from buyers`,
    )(AT_MS + DAY_MS)
    database.change(
      "insert into entries (sale_id, buyer_id, phase, created_at) values (?, 1, 'admitted', 0)",
    )(saleId)
  })
  const after = async (nowMs: number) => {
    await sqlite.time.pass(nowMs - sqlite.time.nowMs())
    const { sessions, entries, ...others } = await forget(sqlite)
    return [sessions, entries, others['audit-entries']]
  }
  assert.deepEqual(await after(AT_MS + DAY_MS), [0, 0, 0])
  assert.deepEqual(await after(AT_MS + DAY_MS + 1), [1, 0, 0])
  assert.deepEqual(await after(endsAtMs + 30 * DAY_MS), [0, 0, 0])
  assert.deepEqual(await after(endsAtMs + 30 * DAY_MS + 1), [0, 1, 0])
  assert.deepEqual(await after(AT_MS + 400 * DAY_MS), [0, 0, 0])
  assert.deepEqual(await after(AT_MS + 400 * DAY_MS + 1), [0, 0, 2])
})
