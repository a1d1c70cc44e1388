// Watched orders, over the real adapters and a clock that the test moves: from in transit on, for as long
// as there is something to tell and somebody who reads.

import assert from 'node:assert/strict'
import type { Readable } from 'node:stream'
import { test } from 'node:test'
import type { Sale } from '../../src/domain/sale.ts'
import { readOrders } from '../../src/flows/orders/read.ts'
import { recordDelivery } from '../../src/flows/orders/record.ts'
import { lookAfter } from '../../src/flows/stock/look-after.ts'
import { type OrderEvents, orderEvents } from '../../src/gateway/order-events.ts'
import { makeSqlite, type Sqlite } from '../adapters/sqlite-setup.ts'
import { AT_MS, orderIdOf, sampleOrder, sampleProduct, sampleSale } from '../contracts/samples.ts'

const { signal } = new AbortController()
const REBUILD = { holder: 'test', leaseMs: 1000, drainPollMs: 1, loadChunk: 10, signal }

const openSale = async (ports: Sqlite): Promise<Sale> => {
  const { productId } = await ports.catalog.createProduct(sampleProduct, 'test')
  const sale = await ports.catalog.createSale(sampleSale({ productId }), 'test')
  await lookAfter(ports, sale, REBUILD)
  return sale
}

const reserve = async (ports: Sqlite, { saleId }: Sale, buyerId: string) => {
  const orderId = orderIdOf(buyerId)
  await ports.stock.reserve({
    saleId,
    segments: 1,
    segment: 0,
    attempts: [{ buyerId, orderId, units: 1 }],
  })
  return orderId
}

const record = async (ports: Sqlite) => {
  const delivery = await ports.queue.take({ max: 9, waitMs: 0, signal })
  await recordDelivery(ports, delivery!)
}

// A stream over the order of this buyer, and what it has told since it was last looked at.
const watch = async (
  ports: Sqlite,
  of: { events: OrderEvents; sale: Sale; orderId: string; expiresAtMs?: number; isGood?: boolean },
) => {
  const { sale, orderId, expiresAtMs = Infinity, isGood = true } = of
  const key = { orderId, buyerId: '1', sale }
  const [seen] = await readOrders(ports, [key])
  assert(seen !== undefined && seen !== 'rebuilding')
  const ids = { buyerId: '1', sale, sessionId: undefined }
  const credential = { kind: 'purchase-token', ...ids, expiresAtMs } as const
  const stream = of.events.watch({ key, seen, credential, isStillGood: async () => isGood })!
  return { stream, told: () => toldBy(stream) }
}

// All that has been told since.
const heard = (stream: Readable): string => {
  let text = ''
  for (let part = stream.read(); part !== null; part = stream.read()) text += String(part)
  return text
}

const toldBy = (stream: Readable): string[] => {
  return [...heard(stream).matchAll(/"status":"([a-z-]+)","createdAt"/g)].map(
    ([, status]) => status!,
  )
}

const hasEnded = async (stream: Readable) => {
  stream.resume()
  await new Promise((resolve) => setImmediate(resolve))
  return stream.readableEnded
}

test('an order is watched from in transit on', async () => {
  await using ports = await makeSqlite()
  const sale = await openSale(ports)
  const orderId = await reserve(ports, sale, '1')
  const events = orderEvents(ports, { streamsMax: 9, readAtOnce: 100 })
  const { told } = await watch(ports, { events, sale, orderId })
  assert.deepEqual(told(), ['in-transit'])
  await events.look()
  assert.deepEqual(told(), [], 'nothing is told twice')
  await record(ports)
  await events.look()
  assert.deepEqual(told(), ['pending'])
})

test('a stream waits while the engine is rebuilt, and ends when there never was an order', async () => {
  await using ports = await makeSqlite()
  const sale = await openSale(ports)
  const orderId = await reserve(ports, sale, '1')
  const events = orderEvents(ports, { streamsMax: 9, readAtOnce: 100 })
  const { stream, told } = await watch(ports, { events, sale, orderId })
  assert.deepEqual(told(), ['in-transit'])
  await ports.ledger.raiseEpoch({ saleId: sale.saleId, from: 1 })
  await ports.stock.begin({ saleId: sale.saleId, epoch: 2, strategy: 'counter', segments: 1 })
  await events.look()
  assert.equal(await hasEnded(stream), false)
  const [copy] = await ports.ledger.readCopies([sale.saleId])
  const book = { ...sale, epoch: 2, copy: copy!.copy, total: 10, buyers: 0 }
  await ports.stock.open(book)
  await events.look()
  assert.equal(await hasEnded(stream), true)
})

test('a stream with nothing to tell says now and then that it is there', async () => {
  await using ports = await makeSqlite()
  const sale = await openSale(ports)
  const orderId = await reserve(ports, sale, '1')
  const events = orderEvents(ports, { streamsMax: 9, readAtOnce: 100 })
  const { stream } = await watch(ports, { events, sale, orderId })
  heard(stream)
  await ports.time.pass(14_999)
  await events.look()
  assert.equal(heard(stream), '')
  await ports.time.pass(1)
  await events.look()
  assert.equal(heard(stream), ': still here\n\n')
})

test('who does not read is dropped, and nothing is held back for him', async () => {
  await using ports = await makeSqlite()
  const sale = await openSale(ports)
  const orderId = await reserve(ports, sale, '1')
  const events = orderEvents(ports, { streamsMax: 1, readAtOnce: 100 })
  const { stream } = await watch(ports, { events, sale, orderId })
  for (let looks = 0; looks < 2000 && !stream.destroyed; looks += 1) {
    await ports.time.pass(15_000)
    await events.look()
  }
  assert.ok(stream.destroyed)
  const again = await watch(ports, { events, sale, orderId })
  assert.deepEqual(again.told(), ['in-transit'], 'his place is free')
})

test('a stream ends with its credential', async () => {
  await using ports = await makeSqlite()
  const sale = await openSale(ports)
  const orderId = await reserve(ports, sale, '1')
  const events = orderEvents(ports, { streamsMax: 9, readAtOnce: 100 })
  const at = { events, sale, orderId }
  const expiring = await watch(ports, { ...at, expiresAtMs: AT_MS + 5000 })
  const signedOut = await watch(ports, { ...at, isGood: false })
  await ports.time.pass(999)
  await events.look()
  assert.equal(await hasEnded(signedOut.stream), false)
  await ports.time.pass(1)
  await events.look()
  assert.deepEqual(
    [await hasEnded(signedOut.stream), await hasEnded(expiring.stream)],
    [true, false],
  )
  await ports.time.pass(4000)
  await events.look()
  assert.equal(await hasEnded(expiring.stream), true)
})

test('what is read while all streams are ended is told to nobody', async () => {
  await using ports = await makeSqlite()
  const sale = await openSale(ports)
  const orderId = await reserve(ports, sale, '1')
  const events = orderEvents(ports, { streamsMax: 9, readAtOnce: 100 })
  const { stream, told } = await watch(ports, { events, sale, orderId })
  assert.deepEqual(told(), ['in-transit'])
  await record(ports)
  const looking = events.look()
  events.close()
  await looking
  assert.deepEqual(told(), [])
  assert.equal(await hasEnded(stream), true)
  const again = await watch(ports, { events, sale, orderId })
  assert.equal(again.stream, undefined, 'and no stream begins any more')
})

test('a reading that fails loses no stream', async () => {
  await using ports = await makeSqlite()
  const sale = await openSale(ports)
  const orderId = await reserve(ports, sale, '1')
  let isCutOff = false
  const read: Sqlite['orders']['read'] = (ids) =>
    isCutOff ? Promise.reject(new Error('cut off')) : ports.orders.read(ids)
  const events = orderEvents(
    { ...ports, orders: { ...ports.orders, read } },
    { streamsMax: 9, readAtOnce: 100 },
  )
  const { told } = await watch(ports, { events, sale, orderId })
  assert.deepEqual(told(), ['in-transit'])
  isCutOff = true
  await record(ports)
  await assert.rejects(events.look())
  isCutOff = false
  await events.look()
  assert.deepEqual(told(), ['pending'])
})

test('a place of orders that does not answer keeps only those waiting whose orders are there', async () => {
  await using sqlite = await makeSqlite()
  const sale = await openSale(sqlite)
  const here = await reserve(sqlite, sale, '1')
  const there = orderIdOf('1', 1)
  const answers = Promise.withResolvers<void>()
  const read: Sqlite['orders']['read'] = async (ids) => {
    if (ids.includes(there)) await answers.promise
    return sqlite.orders.read(ids)
  }
  const places = { names: ['here', 'there'], of: (id: string) => (id === there ? 'there' : 'here') }
  const ports = { ...sqlite, orders: { ...sqlite.orders, places, read } }
  const events = orderEvents(ports, { streamsMax: 9, readAtOnce: 100 })
  await sqlite.orders.insert([sampleOrder({ buyerId: '1', orderId: there, saleId: sale.saleId })])
  const one = await watch(sqlite, { events, sale, orderId: here })
  const other = await watch(sqlite, { events, sale, orderId: there })
  assert.deepEqual([one.told(), other.told()], [['in-transit'], ['pending']])
  await record(sqlite)
  const change = { orderId: there, reason: 'cancelled', nowMs: AT_MS } as const
  await sqlite.orders.release(change)
  const waits = events.look('there')
  await events.look('here')
  assert.deepEqual([one.told(), other.told()], [['pending'], []])
  answers.resolve()
  await waits
  assert.deepEqual([one.told(), other.told()], [[], ['cancelled']])
})
