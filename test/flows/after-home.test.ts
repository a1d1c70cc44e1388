// What fails after home has it is not a failure of the change: it is answered as made, once, and the
// keeper makes up for the rest.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EngineError } from '../../src/domain/errors.ts'
import { restockSale } from '../../src/flows/operators/change-sale.ts'
import { createSale } from '../../src/flows/operators/create-sale.ts'
import { cancelOrder } from '../../src/flows/orders/cancel.ts'
import { readOrder } from '../../src/flows/orders/read.ts'
import { keeper } from '../../src/workers/keeper.ts'
import { makeSqlite, type Sqlite } from '../adapters/sqlite-setup.ts'
import { until } from '../contracts/contract.ts'
import { AT_MS, orderIdOf, sampleProduct, sampleSale } from '../contracts/samples.ts'

const REBUILD = { holder: 'test', leaseMs: 1000, drainPollMs: 1, loadChunk: 10 }
const never = new AbortController().signal

const makeSale = async ({ catalog }: Sqlite) => {
  const { productId } = await catalog.createProduct(sampleProduct, 'test')
  return catalog.createSale(sampleSale({ productId }), 'test')
}

// News cannot be written, and the engine cannot be reached.
const cutOff = (ports: Sqlite) => ({
  ...ports,
  changes: { ...ports.changes, append: () => Promise.reject(new EngineError('STORE_FULL')) },
  stock: { ...ports.stock, apply: () => Promise.reject(new EngineError('STOCK_UNREACHABLE')) },
})

test('a restock that home has is answered as made, and counts once', async () => {
  await using ports = await makeSqlite()
  const { saleId } = await makeSale(ports)
  const of = { saleId, units: 5, by: 'test', reason: 'more have come' }
  assert.equal((await restockSale(cutOff(ports), of)).result, 'changed')
  assert.equal((await ports.ledger.readBooks(saleId))?.total, 15)
})

test('a sale that home has is answered as made, and is there once', async () => {
  await using ports = await makeSqlite()
  const { productId } = await ports.catalog.createProduct(sampleProduct, 'test')
  const draft = {
    productId,
    title: 'Phone',
    price: 100,
    currency: 'CNY',
    stock: 3,
    startsAtMs: AT_MS,
    endsAtMs: AT_MS + 60_000,
  }
  const rebuild = { ...REBUILD, signal: never }
  const created = await createSale(cutOff(ports), { draft, by: 'test', rebuild })
  assert.equal(created.result, 'created')
  assert.equal((await ports.catalog.listSales()).length, 1)
})

test('while an engine is rebuilt nobody says that an unstored order does not exist', async () => {
  await using ports = await makeSqlite()
  const sale = await makeSale(ports)
  const of = { orderId: orderIdOf('5'), sale, buyerId: '5' }
  assert.equal(await readOrder(ports, of), undefined, 'never preheated: there can be no order')
  await ports.ledger.raiseEpoch({ saleId: sale.saleId, from: 0 })
  await ports.stock.begin({ saleId: sale.saleId, epoch: 1, strategy: 'counter', segments: 1 })
  assert.equal(await readOrder(ports, of), 'rebuilding')
  assert.deepEqual(await cancelOrder(ports, of), { result: 'rebuilding' })
  const left = { ...sale, leftEngineAtMs: AT_MS }
  assert.equal(await readOrder(ports, { ...of, sale: left }), undefined)
})

test('a sale that cannot be looked after does not keep the keeper from the others', async () => {
  await using ports = await makeSqlite()
  const [older, newer] = [await makeSale(ports), await makeSale(ports)]
  const read = (saleId: string) =>
    saleId === newer.saleId
      ? Promise.reject(new EngineError('STOCK_UNREACHABLE'))
      : ports.stock.read(saleId)
  const pause = () => new Promise<void>((resolve) => setImmediate(resolve))
  const failed: string[] = []
  const loops = keeper({
    ports: { ...ports, stock: { ...ports.stock, read }, clock: { ...ports.clock, pause } },
    rebuild: REBUILD,
    sweepAfterMs: 1000,
    everyMs: { look: 1, release: 1, reconcile: 1 },
    reconcilePauseMs: 1,
    seen: {
      looked: () => undefined,
      expired: () => undefined,
      tasksOpen: () => undefined,
      swept: () => undefined,
      reconciled: () => undefined,
    },
    failed: (name) => () => void failed.push(name),
  })
  try {
    const state = await until(async () => (await ports.stock.read(older.saleId))[0]?.state)
    assert.ok(state)
  } finally {
    await Promise.all(loops.map((loop) => loop.stop()))
  }
  assert.ok(failed.includes('look'), 'and the failure is told')
})
