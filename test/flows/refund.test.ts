// A refund that was decided is carried out, whatever happens in between: a provider that cannot be
// reached is asked again, and what a crash left is finished by the keeper.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EngineError } from '../../src/domain/errors.ts'
import { finishReleases } from '../../src/flows/orders/finish-releases.ts'
import { recordDelivery } from '../../src/flows/orders/record.ts'
import { finishRefunds, refundOrder } from '../../src/flows/orders/refund.ts'
import { startPayment } from '../../src/flows/orders/start-payment.ts'
import { lookAfter } from '../../src/flows/stock/look-after.ts'
import type { PaymentProvider } from '../../src/ports/payment-provider.ts'
import { refunder } from '../../src/workers/refunder.ts'
import { makeSqlite, type Sqlite } from '../adapters/sqlite-setup.ts'
import { until } from '../contracts/contract.ts'
import { AT_MS, orderIdOf, sampleProduct, sampleSale } from '../contracts/samples.ts'

const { signal } = new AbortController()
const REBUILD = { holder: 'test', leaseMs: 1000, drainPollMs: 1, loadChunk: 10, signal }
const ORDER = orderIdOf('1')
const REFUND = { orderId: ORDER, by: 'test', reason: 'broken', owedOnly: false }

// A sale of ten in which buyer 1 has paid for one.
const makePaid = async (ports: Sqlite) => {
  const { productId } = await ports.catalog.createProduct(sampleProduct, 'test')
  const sale = await ports.catalog.createSale(sampleSale({ productId }), 'test')
  const { saleId } = sale
  await lookAfter(ports, sale, REBUILD)
  const attempts = [{ buyerId: '1', orderId: ORDER, units: 1 }]
  await ports.stock.reserve({ saleId, segments: 1, segment: 0, attempts })
  const delivery = await ports.queue.take({ max: 9, waitMs: 0, signal })
  await recordDelivery(ports, delivery!)
  const deps = { ports, paymentIds: () => orderIdOf('1', 1), isOn: true }
  const key = { orderId: ORDER, buyerId: '1', sale }
  const started = await startPayment(deps, { ...key, play: 'pay' })
  assert.equal(started.result, 'started')
  return sale
}

// Remembers what it was asked to give back, and fails as often as told.
const watchedProvider = (ports: Sqlite, { fails = 0 } = {}) => {
  const asked: unknown[] = []
  const refund: PaymentProvider['refund'] = async (payment) => {
    asked.push(payment)
    if (asked.length <= fails) throw new EngineError('STORE_UNREACHABLE')
  }
  return { asked, ports: { ...ports, provider: { ...ports.provider, refund } } }
}

// A pause that does not move the clock.
const pause = () => new Promise<void>((resolve) => setImmediate(resolve))

const statusesOf = async ({ orders, payments }: Sqlite) => [
  (await orders.read([ORDER]))[0]?.status,
  (await payments.readOf([ORDER]))[0]?.status,
]

const heldUnits = async ({ stock }: Sqlite, saleId: string) => (await stock.read(saleId))[0]!.held

test('a provider that fails does not undo a refund: it is asked again later', async () => {
  await using sqlite = await makeSqlite()
  const { saleId } = await makePaid(sqlite)
  const { asked, ports } = watchedProvider(sqlite, { fails: 2 })
  assert.equal((await refundOrder(ports, REFUND)).result, 'refunded')
  assert.deepEqual(await statusesOf(sqlite), ['refunded', 'refund-due'])
  assert.equal(await heldUnits(sqlite, saleId), 0, 'the unit does not wait for the money')
  assert.deepEqual(await finishRefunds(ports, { limit: 9 }), { refunded: 0, failures: [] })
  await sqlite.time.pass(10_001)
  assert.equal((await finishRefunds(ports, { limit: 9 })).failures.length, 1)
  await sqlite.time.pass(10_001)
  assert.deepEqual(await finishRefunds(ports, { limit: 9 }), { refunded: 1, failures: [] })
  assert.deepEqual(await statusesOf(sqlite), ['refunded', 'refunded'])
  const payment = { paymentId: orderIdOf('1', 1), amount: 9900, currency: 'CNY' }
  assert.deepEqual(asked, [payment, payment, payment], 'always the same payment')
})

test('a refund that was only decided is finished by the keeper', async () => {
  await using ports = await makeSqlite()
  const { saleId } = await makePaid(ports)
  const operator = { by: 'test', reason: 'broken' }
  await ports.orders.release({ orderId: ORDER, reason: 'refunded', nowMs: AT_MS, operator })
  assert.equal(await heldUnits(ports, saleId), 1)
  await finishReleases(ports, { limit: 9 })
  assert.equal(await heldUnits(ports, saleId), 0)
  await ports.time.pass(10_001)
  const loop = refunder({
    ports: { ...ports, clock: { ...ports.clock, pause } },
    everyMs: 1,
    notRefunded: () => assert.fail(),
    failed: () => assert.fail(),
  })
  try {
    await until(async () => (await statusesOf(ports))[1] === 'refunded' || undefined)
  } finally {
    await loop.stop()
  }
})

test('a provider that fails is told to whoever runs the keeper, and stops nothing', async () => {
  await using sqlite = await makeSqlite()
  await makePaid(sqlite)
  const { ports } = watchedProvider(sqlite, { fails: 2 })
  await refundOrder(ports, REFUND)
  await sqlite.time.pass(10_001)
  const told = Promise.withResolvers<unknown[]>()
  const loop = refunder({
    ports: { ...ports, clock: { ...ports.clock, pause } },
    everyMs: 1,
    notRefunded: told.resolve,
    failed: () => assert.fail(),
  })
  try {
    assert.equal((await told.promise).length, 1)
    assert.equal(loop.failures(), 0)
  } finally {
    await loop.stop()
  }
})

test('what came goes back, also when it was another amount', async () => {
  await using sqlite = await makeSqlite()
  await makePaid(sqlite)
  const { asked, ports } = watchedProvider(sqlite)
  const orderId = orderIdOf('2')
  const [paid] = await sqlite.orders.read([ORDER])
  await sqlite.orders.insert([{ ...paid!, orderId, buyerId: '2', status: 'pending' }])
  const paymentId = orderIdOf('2', 1)
  await sqlite.payments.start({ paymentId, orderId, buyerId: '2', provider: 'test', nowMs: AT_MS })
  const came = { amount: 12_345, currency: 'EUR' }
  const event = { eventId: 'one', type: 'payment.succeeded', paymentId, ...came } as const
  await sqlite.payments.receive(event, AT_MS)
  const refunded = await refundOrder(ports, { ...REFUND, orderId, owedOnly: true })
  assert.equal(refunded.result, 'refunded')
  assert.deepEqual(asked, [{ paymentId, ...came }])
})
