// What the keeper does for a sale from its preheat until it leaves the engine, over the real adapters
// and a clock that the test moves.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { breaker } from '../../src/attempt/breaker.ts'
import { attemptPurchase } from '../../src/attempt/attempt-purchase.ts'
import { giveWord } from '../../src/attempt/give-word.ts'
import { orderIds } from '../../src/domain/ids.ts'
import type { Sale } from '../../src/domain/sale.ts'
import { expireOrders } from '../../src/flows/orders/expire.ts'
import { recordDelivery } from '../../src/flows/orders/record.ts'
import { releaseOrders } from '../../src/flows/orders/release.ts'
import { lookAfter, rebuildNow } from '../../src/flows/stock/look-after.ts'
import { readBooks } from '../../src/flows/stock/reconcile.ts'
import { makeSqlite, type Sqlite } from '../adapters/sqlite-setup.ts'
import { AT_MS, sampleProduct, sampleSale } from '../contracts/samples.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const SETTINGS = {
  holder: 'test',
  leaseMs: 1000,
  signal: new AbortController().signal,
  drainPollMs: 1,
  loadChunk: 10,
}

const makeSale = async (ports: Sqlite, startsAtMs = AT_MS): Promise<Sale> => {
  const { productId } = await ports.catalog.createProduct(sampleProduct, 'test')
  const window = { startsAtMs, endsAtMs: startsAtMs + HOUR_MS }
  return ports.catalog.createSale(sampleSale({ productId, ...window }), 'test')
}

const look = async (ports: Sqlite, { saleId }: Sale) =>
  lookAfter(ports, (await ports.catalog.readSale(saleId))!, SETTINGS)

// A buyer's attempt, with all the checks behind it.
const attempt = async (ports: Sqlite, { saleId }: Sale, buyerId: string) => {
  const sale = (await ports.catalog.readSale(saleId))!
  const queueBreaker = breaker(ports.clock.nowMs)
  const click = attemptPurchase({
    sheds: () => false,
    canPromise: queueBreaker.admits,
    check: () => ({ sale, buyerId, units: 1 }),
    clock: ports.clock,
    elapsedMs: ports.clock.nowMs,
    giveWord: giveWord(
      { ...ports, breaker: queueBreaker, elapsedMs: ports.clock.nowMs },
      { batchMax: 10 },
    ),
    orderIds: orderIds(() => ({ nodeId: 1, untilMs: Infinity })),
    orders: ports.orders,
    reserve: async (_sale, one) => {
      const batch = { saleId, segments: 1, segment: 0, attempts: [one] }
      const decided = await ports.stock.reserve(batch)
      return { reserved: decided.answers[0]!, epoch: decided.epoch, queued: decided.queued }
    },
  })
  return click({ saleId, token: undefined, units: 1, fault: undefined })
}

const recordAll = async (ports: Sqlite) => {
  const { signal } = new AbortController()
  const delivery = await ports.queue.take({ max: 100, waitMs: 0, signal })
  if (delivery) await recordDelivery(ports, delivery)
}

test('a sale is preheated an hour before its start, not earlier, and once', async () => {
  await using ports = await makeSqlite()
  const sale = await makeSale(ports, AT_MS + 2 * HOUR_MS)
  assert.equal(await look(ports, sale), 'early')
  await ports.time.pass(HOUR_MS - 1)
  assert.equal(await look(ports, sale), 'early')
  await ports.time.pass(1)
  assert.equal(await look(ports, sale), 'rebuilt')
  assert.equal(await look(ports, sale), 'well')
  assert.deepEqual(await ports.ledger.readEpochs([sale.saleId]), [1])
})

test('a sale that was closed before its preheat answers ended', async () => {
  await using ports = await makeSqlite()
  const sale = await makeSale(ports, AT_MS + 2 * HOUR_MS)
  const set = { closedAtMs: AT_MS }
  await ports.catalog.changeSale({ saleId: sale.saleId, set, by: 'test', reason: '' })
  assert.equal(await look(ports, sale), 'rebuilt')
  assert.deepEqual(await attempt(ports, sale, '1'), { outcome: 'ended' })
})

test('a change the engine has not heard of is applied at the next look', async () => {
  await using ports = await makeSqlite()
  const sale = await makeSale(ports)
  await look(ports, sale)
  await ports.ledger.restock({ saleId: sale.saleId, units: 5, by: 'test', reason: 'more' })
  assert.equal(await look(ports, sale), 'applied')
  const [segment] = await ports.stock.read(sale.saleId)
  assert.deepEqual([segment!.share, segment!.returning], [15, 5])
  assert.equal(await look(ports, sale), 'well')
})

test('somebody else’s rebuild is left alone until its lease has run out', async () => {
  await using ports = await makeSqlite()
  const sale = await makeSale(ports)
  const name = `rebuild ${sale.saleId}`
  await ports.leases.acquire({ name, holder: 'another', ttlMs: 1000 })
  assert.equal(await look(ports, sale), 'unfinished')
  await ports.time.pass(1001)
  assert.equal(await look(ports, sale), 'rebuilt')
})

test('who waits for a sale waits for somebody else’s rebuild as well, as long as he likes', async () => {
  await using ports = await makeSqlite()
  const sale = await makeSale(ports)
  const name = `rebuild ${sale.saleId}`
  await ports.leases.acquire({ name, holder: 'another', ttlMs: 1000 })
  const gone = { ...SETTINGS, signal: AbortSignal.abort() }
  assert.equal(await rebuildNow(ports, sale, gone), 'unfinished')
  const pause: Sqlite['clock']['pause'] = () => ports.time.pass(400)
  const patient = { ...ports, clock: { ...ports.clock, pause } }
  assert.equal(await rebuildNow(patient, sale, SETTINGS), 'rebuilt')
  assert.deepEqual(await ports.ledger.readEpochs([sale.saleId]), [1])
})

test('what somebody else has opened since it was looked at is not closed again', async () => {
  await using ports = await makeSqlite()
  const sale = await makeSale(ports)
  let isFirst = true
  const acquire: Sqlite['leases']['acquire'] = async (lease) => {
    if (isFirst) {
      isFirst = false
      assert.equal(await lookAfter(ports, sale, { ...SETTINGS, holder: 'another' }), 'rebuilt')
    }
    return ports.leases.acquire(lease)
  }
  const late = { ...ports, leases: { ...ports.leases, acquire } }
  assert.equal(await lookAfter(late, sale, SETTINGS), 'rebuilt')
  assert.deepEqual(await ports.ledger.readEpochs([sale.saleId]), [1])
  const [segment] = await ports.stock.read(sale.saleId)
  assert.deepEqual([segment!.available, segment!.returning], [10, 0], 'and its units do not rest')
})

test('a day after its end a settled sale leaves the engine, and the store answers for it', async () => {
  await using ports = await makeSqlite()
  const sale = await makeSale(ports)
  await look(ports, sale)
  const first = await attempt(ports, sale, '1')
  assert.equal(first.outcome, 'accepted')
  assert.equal((await attempt(ports, sale, '2')).outcome, 'accepted')
  await recordAll(ports)
  const orderId = 'orderId' in first ? first.orderId! : ''
  ports.database.apply(() => ports.database.change(PAY)(orderId))

  await ports.time.pass(HOUR_MS + DAY_MS - 1)
  assert.equal(await look(ports, sale), 'well', 'not yet a day')
  await ports.time.pass(1)
  assert.equal(await look(ports, sale), 'well', 'one order is still pending')
  assert.deepEqual(await expireOrders(ports, { limit: 10 }), { expired: 1 })
  assert.equal(await look(ports, sale), 'left')

  assert.deepEqual(await ports.stock.read(sale.saleId), [])
  const again = await attempt(ports, sale, '1')
  assert.deepEqual(again, { outcome: 'already-reserved', orderId, status: 'paid' })
  assert.deepEqual(await attempt(ports, sale, '2'), { outcome: 'ended' })

  await ports.orders.release({ orderId, reason: 'refunded', nowMs: ports.clock.nowMs() })
  const { open } = await releaseOrders(ports, [{ orderId, reason: 'refunded' }])
  assert.equal(open, 0, 'an engine that the sale has left need not be told')
  const books = await readBooks(ports, sale.saleId)
  assert.deepEqual([books?.live, books?.homeAvailable, books?.engine], [0, 10, 'absent'])
})

const PAY = `
  update orders
  set status = 'paid'
  where order_id = ?
`
