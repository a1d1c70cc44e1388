// A comparison of the books in the middle of a sale: what comes and goes meanwhile is no difference, and what
// somebody has changed behind the engine is found each time.

import assert from 'node:assert/strict'
import type { DatabaseSync } from 'node:sqlite'
import { suite, test } from 'node:test'
import { type Engine, eventually, startEngine } from '../support/engine.ts'
import { pastTheEngine } from '../support/past-the-engine.ts'
import { type Around, wiringBetween } from '../support/between-ports.ts'

// A sale of which so many units are recorded.
const sold = async (engine: Engine, units: number) => {
  const saleId = await engine.sale({ stock: 10 })
  const tokens = await engine.tokens(
    saleId,
    Array.from({ length: 10 }, (_, at) => String(at + 1)),
  )
  for (const token of tokens.slice(0, units)) await engine.attempt(saleId, token)
  const books = () => audit(engine, saleId)
  await eventually(books, ({ live, inTransit }) => live === units && inTransit === 0)
  return { saleId, tokens, books }
}

const audit = async (engine: Engine, saleId: string) =>
  (await engine.look(`/api/admin/sales/${saleId}/audit`)).body

const anOrderOf = async (engine: Engine, saleId: string): Promise<string> =>
  (await engine.look(`/api/admin/orders?saleId=${saleId}`)).body.orders[0].orderId

const RELEASE_BY_HAND = `
  insert into stock_ledger
  select order_id, 2, sale_id, buyer_id, units, 'released', 'cancelled', stock_tokens, epoch, at
  from stock_ledger
  where order_id = ?`

suite('reconcile', { concurrency: true }, () => {
  test('takes no order for a difference that comes in the first round and goes in the second', async () => {
    let looks = -1 // of home, at what is live: once a round, after the engine was read
    let happens: (() => Promise<unknown>)[] = []
    const around: Around = async (name, call) => {
      if (name === 'ledger.scanLive' && looks >= 0) await happens[looks++]?.()
      return call()
    }
    await using engine = await startEngine({}, undefined, wiringBetween(around))
    const { saleId, tokens } = await sold(engine, 3)
    let orderId = ''
    happens = [
      async () => {
        orderId = (await engine.attempt(saleId, tokens[5]!)).body.orderId
        await eventually(
          () => engine.look(`/api/admin/orders/${orderId}`),
          ({ status }) => status === 200,
        )
      },
      async () => {
        const { status } = await engine.request('POST', `/api/orders/${orderId}/cancel`, {
          credential: tokens[5]!,
        })
        assert.equal(status, 200)
      },
    ]
    looks = 0
    const { drift, driftOrders } = await audit(engine, saleId)
    assert.equal(looks, 2, 'the first round had found it')
    assert.deepEqual([drift, driftOrders], [0, []])
  })

  test('finds a unit that was given back by hand', async () => {
    await using engine = await startEngine()
    const { saleId, books } = await sold(engine, 4)
    const orderId = await anOrderOf(engine, saleId)
    await pastTheEngine(engine, (database) => database.prepare(RELEASE_BY_HAND).run(orderId))
    for (let asked = 0; asked < 3; asked += 1) {
      const { drift, driftOrders } = await books()
      assert.deepEqual([drift, driftOrders], [1, [orderId]])
    }
  })

  for (const table of ['orders', 'stock_ledger'])
    test(`finds an order that was removed from ${table}`, async () => {
      await using engine = await startEngine()
      const { saleId, books } = await sold(engine, 4)
      const orderId = await anOrderOf(engine, saleId)
      await pastTheEngine(engine, (database) => remove(database, { table, orderId }))
      for (let asked = 0; asked < 3; asked += 1) {
        const { drift, driftOrders } = await books()
        assert.deepEqual([drift, driftOrders], [1, [orderId]], table)
      }
    })
})

// Whatever forbids it in the database was taken away by whoever did it.
const remove = (database: DatabaseSync, { table, orderId }: { table: string; orderId: string }) => {
  database.exec('pragma foreign_keys = off')
  return database.prepare(`delete from ${table} where order_id = ?`).run(orderId)
}
