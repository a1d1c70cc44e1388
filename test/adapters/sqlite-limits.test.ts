// What SQLite must not keep for ever, and what it makes of a clock that a restart has put back.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { READ_SALES_IN_ENGINE } from '../../src/adapters/sqlite/rows/sale-rows.ts'
import { RETURNING_MS } from '../../src/domain/stock.ts'
import { createSale, decisions } from '../contracts/ledger-steps.ts'
import { AT_MS, orderIdOf, sampleMessage } from '../contracts/samples.ts'
import { answersOf, attempt, preheat, readOne, reserve, SALE } from '../contracts/stock-steps.ts'
import { makeSqlite, type Sqlite } from './sqlite-setup.ts'

const HOUR_MS = 3_600_000
const ttlMs = 200

const count = ({ database }: Sqlite, table: 'changes' | 'tasks') =>
  database.select<{ rows: number }>(`select count(*) as rows from ${table}`).get()!.rows

const release = async ({ stock }: Sqlite, buyerId: string) =>
  stock.release([{ ...SALE, buyerId, orderId: orderIdOf(buyerId), epoch: 1 }])

// A sale that was open an hour ago as well, so that it is open when the clock has been put back.
const preheatEarly = (sqlite: Sqlite, total: number) =>
  preheat(sqlite, { total, startsAtMs: AT_MS - 2 * HOUR_MS, endsAtMs: AT_MS + HOUR_MS })

suite('sqlite after its clock was put back', () => {
  test('units that would rest for an hour have rested', async () => {
    await using sqlite = await makeSqlite()
    await preheatEarly(sqlite, 1)
    await reserve(sqlite, [attempt('1')])
    await release(sqlite, '1')
    await sqlite.time.pass(-HOUR_MS)
    const { available, returning } = await readOne(sqlite.stock)
    assert.deepEqual({ available, returning }, { available: 1, returning: 0 })
    assert.deepEqual(await answersOf(sqlite, [attempt('2')]), ['taken'])
  })

  test('units that come back then rest as ever', async () => {
    await using sqlite = await makeSqlite()
    await preheatEarly(sqlite, 2)
    await reserve(sqlite, [attempt('1'), attempt('2')])
    await release(sqlite, '1')
    await sqlite.time.pass(-HOUR_MS)
    await release(sqlite, '2')
    const { available, returning } = await readOne(sqlite.stock)
    assert.deepEqual({ available, returning }, { available: 1, returning: 1 })
    await sqlite.time.pass(RETURNING_MS)
    assert.equal((await readOne(sqlite.stock)).available, 2)
  })

  test('a lease that would last for an hour is free', async () => {
    await using sqlite = await makeSqlite()
    const { leases, time } = sqlite
    const lease = (holder: string) => ({ name: 'rebuild 1', holder, ttlMs })
    await leases.acquire(lease('a'))
    await time.pass(-ttlMs)
    assert.equal(await leases.acquire(lease('b')), false, 'so far a lease may reach')
    await time.pass(-HOUR_MS)
    assert.equal(await leases.acquire(lease('b')), true)
  })

  test('a node id that would last for an hour is not renewed, and given last', async () => {
    await using sqlite = await makeSqlite()
    const { leases, time } = sqlite
    const take = async (holder: string) => (await leases.acquireNode({ holder, ttlMs }))?.nodeId
    assert.equal(await take('a'), 0)
    await time.pass(-HOUR_MS)
    assert.equal(await leases.renewNode({ nodeId: 0, holder: 'a', ttlMs }), undefined)
    assert.equal(await leases.countNodes({ ttlMs }), 0)
    for (let nodeId = 1; nodeId < 1024; nodeId += 1) assert.equal(await take('b'), nodeId)
    assert.equal(await take('c'), 0)
    assert.equal(await take('d'), undefined)
  })
})

suite('sqlite keeps no more than it needs', () => {
  test('a sale that leaves the engine loses its tasks, and only its own', async () => {
    await using sqlite = await makeSqlite()
    for (const buyerId of ['1', '2']) {
      const saleId = await createSale(sqlite, { stock: 1 })
      const message = sampleMessage({ saleId, buyerId })
      await decisions(sqlite, [message])
      await sqlite.ledger.release([{ orderId: message.orderId, reason: 'expired' }])
    }
    const set = { leftEngineAtMs: AT_MS }
    await sqlite.catalog.changeSale({ saleId: '1', set, by: 'keeper', reason: 'final' })
    assert.equal(count(sqlite, 'tasks'), 1)
    const [task] = await sqlite.ledger.readTasks({ after: '0', limit: 9 })
    assert.equal(task?.saleId, '2')
  })

  test('the newest 10,000 changes are kept, and who needs older ones is told', async () => {
    await using sqlite = await makeSqlite()
    const { changes } = sqlite
    const append = (length: number) =>
      changes.append(Array.from({ length }, () => ({ kind: 'sale', saleId: '1' }) as const))
    const start = await changes.end()
    await append(10_000)
    const all = await changes.readSince(start)
    assert.deepEqual([all.missed, all.changes.length], [false, 10_000])
    await append(1)
    assert.equal(count(sqlite, 'changes'), 10_000)
    assert.equal((await changes.readSince(start)).missed, true)
    assert.equal((await changes.readSince('1')).missed, false)
  })

  test('sales of the past are not read to find those in the engine', async () => {
    await using sqlite = await makeSqlite()
    const plan = sqlite.database
      .select<{ detail: string }>('explain query plan ' + READ_SALES_IN_ENGINE)
      .all()
    assert(
      plan.some(({ detail }) => detail.includes('sales_in_engine')),
      JSON.stringify(plan),
    )
  })
})
