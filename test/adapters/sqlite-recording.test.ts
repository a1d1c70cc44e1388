// A purchase in SQLite is one commit when the worker is in time, and two when it is late. What belongs
// to a commit that was undone is undone in memory as well, and is not forgotten by the queue.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { orderOf } from '../../src/domain/order.ts'
import type { OrderMessage } from '../../src/domain/messages.ts'
import { createSale } from '../contracts/ledger-steps.ts'
import { AT_MS, orderIdOf, sampleCopy, sampleMessage } from '../contracts/samples.ts'
import { makeSqlite, type Sqlite } from './sqlite-setup.ts'

const reserve = async (sqlite: Sqlite, saleId: string, buyerIds: string[]) => {
  const attempts = buyerIds.map((buyerId) => ({ buyerId, orderId: orderIdOf(buyerId), units: 1 }))
  return sqlite.stock.reserve({ saleId, segments: 1, segment: 0, attempts })
}

const openSale = async (sqlite: Sqlite, stock = 10): Promise<string> => {
  const saleId = await createSale(sqlite, { stock })
  await sqlite.ledger.raiseEpoch({ saleId, from: 0 })
  await sqlite.stock.begin({ saleId, epoch: 1, strategy: 'counter', segments: 1 })
  const copy = sampleCopy(AT_MS)
  await sqlite.stock.open({
    saleId,
    strategy: 'counter',
    segments: 1,
    epoch: 1,
    copy,
    total: stock,
    buyers: 0,
  })
  return saleId
}

const take = ({ queue }: Sqlite, { max = 9, waitMs = 0 } = {}) =>
  queue.take({ max, waitMs, signal: new AbortController().signal })

const record = async (sqlite: Sqlite, messages: OrderMessage[]) => {
  const decided = await sqlite.ledger.decide(messages)
  const orders = decided.map(({ message, decision }) =>
    orderOf(message, { decision, nowMs: AT_MS, payWithinMs: 1000 }),
  )
  await sqlite.orders.insert(orders)
}

// The next commit fails, as on a disk that breaks.
const breakCommit = ({ database }: Sqlite) =>
  database.apply(() => {
    database.select('pragma defer_foreign_keys = on').all()
    database.change('insert into sale_stock (sale_id, total, available) values (999, 1, 1)')()
  })

const liveUnits = async ({ ledger }: Sqlite, saleId: string) =>
  (await ledger.readBooks(saleId))!.live

const countChangedRows = ({ database }: Sqlite) =>
  database.select<{ rows: number }>('select total_changes() as rows').get()!.rows

suite('sqlite purchase', () => {
  test('what is reserved is on the queue, word for word', async () => {
    await using sqlite = await makeSqlite()
    const saleId = await openSale(sqlite)
    const { queued } = await reserve(sqlite, saleId, ['1'])
    assert.equal(queued, true)
    const delivery = await take(sqlite)
    assert.deepEqual(delivery?.messages, [sampleMessage({ buyerId: '1', saleId })])
  })

  test('a waiting worker wakes when something is reserved', async () => {
    await using sqlite = await makeSqlite()
    const saleId = await openSale(sqlite)
    const taking = take(sqlite, { waitMs: 60_000 })
    await reserve(sqlite, saleId, ['1'])
    assert.equal((await taking)?.messages.length, 1)
  })

  test('the commit of a delivery takes the marks of its orders away', async () => {
    await using sqlite = await makeSqlite()
    const saleId = await openSale(sqlite)
    await reserve(sqlite, saleId, ['1'])
    const delivery = await take(sqlite)
    await record(sqlite, delivery!.messages)
    await delivery!.commit()
    const [held] = await sqlite.stock.readBuyers({ saleId, buyerIds: ['1'] })
    assert.equal(held?.inTransit, false)
    const before = countChangedRows(sqlite)
    const key = { saleId, buyerId: '1', orderId: orderIdOf('1') }
    assert.deepEqual(await sqlite.stock.record([key]), ['recorded'])
    assert.equal(countChangedRows(sqlite), before, 'there was nothing left to record')
  })

  test('of many rows of which the last cannot be kept, none is', async () => {
    await using sqlite = await makeSqlite()
    const saleId = await openSale(sqlite, 99)
    const buyerIds = Array.from({ length: 40 }, (_, at) => String(at + 1))
    const messages = buyerIds.map((buyerId) => sampleMessage({ buyerId, saleId }))
    for (const bad of [31, 39]) {
      const batch = messages.with(bad, { ...messages[bad]!, units: 0 })
      await assert.rejects(sqlite.ledger.decide(batch), { code: 'STORE_CONFLICT' })
      assert.equal(await liveUnits(sqlite, saleId), 0)
    }
    await sqlite.ledger.decide(messages)
    assert.equal(await liveUnits(sqlite, saleId), 40)
  })

  test('a reservation that was undone was not made', async () => {
    await using sqlite = await makeSqlite()
    const saleId = await openSale(sqlite)
    const reserving = reserve(sqlite, saleId, ['1'])
    const delivery = await take(sqlite)
    breakCommit(sqlite)
    await assert.rejects(reserving)
    await assert.rejects(delivery!.commit(), { code: 'STORE_UNREACHABLE' })
    assert.equal(await take(sqlite), undefined)
    assert.deepEqual(await sqlite.stock.readBuyers({ saleId, buyerIds: ['1'] }), [undefined])
    const [segment] = await sqlite.stock.read(saleId)
    assert.deepEqual([segment!.available, segment!.held, segment!.inTransit], [10, 0, 0])
    await reserve(sqlite, saleId, ['1'])
    assert.equal((await take(sqlite))?.messages.length, 1)
  })

  test('a reservation and what the worker made of it share one commit', async () => {
    await using sqlite = await makeSqlite()
    const saleId = await openSale(sqlite)
    const taking = take(sqlite, { waitMs: 60_000 })
    const recording = taking.then(async (delivery) => {
      await record(sqlite, delivery!.messages)
      await delivery!.commit()
    })
    const before = countChangedRows(sqlite)
    await reserve(sqlite, saleId, ['1'])
    assert.equal(await liveUnits(sqlite, saleId), 1, 'recorded when it is answered')
    assert.equal(countChangedRows(sqlite), before + 3, 'ledger, units, order: no row in transit')
    await recording
    assert.equal((await sqlite.queue.lag()).messages, 0)
  })

  test('a reservation that is undone with its recording was never recorded', async () => {
    await using sqlite = await makeSqlite()
    const saleId = await openSale(sqlite)
    const recording = take(sqlite, { waitMs: 60_000 }).then(async (delivery) => {
      await record(sqlite, delivery!.messages)
      const committing = delivery!.commit()
      breakCommit(sqlite)
      await committing
    })
    const reserving = reserve(sqlite, saleId, ['1'])
    await assert.rejects(recording)
    await assert.rejects(reserving)
    assert.equal(await liveUnits(sqlite, saleId), 0)
    assert.equal((await sqlite.queue.lag()).messages, 0)
    assert.deepEqual(await sqlite.stock.readBuyers({ saleId, buyerIds: ['1'] }), [undefined])
  })

  test('a message that is delivered again after a failure still counts for those who wait', async () => {
    await using sqlite = await makeSqlite()
    const saleId = await openSale(sqlite)
    await reserve(sqlite, saleId, ['1'])
    const ends = await sqlite.queue.ends()
    const delivery = await take(sqlite)
    const committing = delivery!.commit()
    breakCommit(sqlite)
    await assert.rejects(committing)
    assert.equal(await sqlite.queue.drained(ends), false)
    const again = await take(sqlite)
    await again!.commit()
    assert.equal(await sqlite.queue.drained(ends), true)
  })

  test('a delivery whose decisions were undone is delivered again', async () => {
    await using sqlite = await makeSqlite()
    const saleId = await openSale(sqlite)
    await reserve(sqlite, saleId, ['1', '2'])
    const delivery = await take(sqlite)
    await record(sqlite, delivery!.messages)
    breakCommit(sqlite)
    await assert.rejects(sqlite.database.settle())
    await assert.rejects(delivery!.commit(), { code: 'STORE_UNREACHABLE' })
    const again = await take(sqlite)
    assert.deepEqual(again?.messages, delivery!.messages)
    await record(sqlite, again!.messages)
    await again!.commit()
    assert.equal((await sqlite.ledger.readBooks(saleId))?.live, 2)
    assert.equal((await sqlite.orders.readUnits(saleId)).pending, 2)
  })

  test('a delivery is delivered again when a query has undone its decisions', async () => {
    await using sqlite = await makeSqlite()
    const { database } = sqlite
    const saleId = await openSale(sqlite)
    await reserve(sqlite, saleId, ['1'])
    const delivery = await take(sqlite)
    await record(sqlite, delivery!.messages)
    const failing = () => {
      database.select('rollback').all() // as SQLite does when the disk fails
      throw new RangeError('the disk failed')
    }
    await assert.rejects(database.read(failing), RangeError)
    await assert.rejects(delivery!.commit(), { code: 'STORE_UNREACHABLE' })
    assert.deepEqual((await take(sqlite))?.messages, delivery!.messages)
  })

  test('a delivery whose commit fails is delivered again', async () => {
    await using sqlite = await makeSqlite()
    const saleId = await openSale(sqlite)
    await reserve(sqlite, saleId, ['1'])
    const delivery = await take(sqlite)
    await record(sqlite, delivery!.messages)
    const committing = delivery!.commit()
    breakCommit(sqlite)
    await assert.rejects(committing)
    assert.equal((await sqlite.ledger.readBooks(saleId))?.live, 0)
    assert.deepEqual((await take(sqlite))?.messages, delivery!.messages)
  })

  test('messages are taken in order-id order', async () => {
    await using sqlite = await makeSqlite()
    const messages = [3, 1, 2].map((n) =>
      sampleMessage({ buyerId: '1', orderId: orderIdOf('1', n) }),
    )
    await sqlite.queue.publish(messages)
    const ids = (await take(sqlite))!.messages.map(({ orderId }) => orderId)
    assert.deepEqual(
      ids,
      [1, 2, 3].map((n) => orderIdOf('1', n)),
    )
  })

  test('what begins again leaves the queue alone', async () => {
    await using sqlite = await makeSqlite()
    const saleId = await openSale(sqlite)
    await reserve(sqlite, saleId, ['1'])
    await sqlite.stock.begin({ saleId, epoch: 2, strategy: 'counter', segments: 1 })
    await sqlite.stock.forget(saleId)
    assert.equal((await take(sqlite))?.messages.length, 1)
  })

  test('a sale of more than one segment is refused', async () => {
    await using sqlite = await makeSqlite()
    const layout = { saleId: '1', strategy: 'segmented', segments: 2 } as const
    await assert.rejects(sqlite.stock.begin({ ...layout, epoch: 1 }), /one counter only/)
  })
})
