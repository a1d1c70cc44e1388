// An order that is still in transit, over HTTP: a gateway without a worker.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import type { Sale } from '../../src/domain/sale.ts'
import { recordDelivery } from '../../src/flows/orders/record.ts'
import { lookAfter } from '../../src/flows/stock/look-after.ts'
import type { BuyerCredential } from '../../src/gateway/buyer-credentials.ts'
import { orderEvents } from '../../src/gateway/order-events.ts'
import { orderEventRoutes } from '../../src/gateway/routes/order-events.ts'
import { orderRoutes } from '../../src/gateway/routes/orders.ts'
import { paymentRoutes } from '../../src/gateway/routes/payments.ts'
import { type App, gatewayServer } from '../../src/gateway/server.ts'
import { makeSqlite, type Sqlite } from '../adapters/sqlite-setup.ts'
import { orderIdOf, sampleProduct, sampleSale } from '../contracts/samples.ts'

const { signal } = new AbortController()
const REBUILD = { holder: 'test', leaseMs: 1000, drainPollMs: 1, loadChunk: 10, signal }
const ORDER = orderIdOf('1')

const openSale = async (ports: Sqlite): Promise<Sale> => {
  const { productId } = await ports.catalog.createProduct(sampleProduct, 'test')
  const sale = await ports.catalog.createSale(sampleSale({ productId }), 'test')
  await lookAfter(ports, sale, REBUILD)
  const attempts = [{ buyerId: '1', orderId: ORDER, units: 1 }]
  await ports.stock.reserve({ saleId: sale.saleId, segments: 1, segment: 0, attempts })
  return sale
}

const startGateway = async (ports: Sqlite, sale: Sale): Promise<App> => {
  const of = (kind: BuyerCredential['kind'], one?: Sale): BuyerCredential => ({
    kind,
    buyerId: '1',
    sale: one,
    sessionId: undefined,
    expiresAtMs: Infinity,
  })
  const known = new Map([
    ['token', of('purchase-token', sale)],
    ['session', of('session')],
  ])
  const context = { nowMs: ports.clock.nowMs, chance: () => 0.5 }
  const deps = {
    ports,
    context,
    sales: { get: (saleId: string) => (saleId === sale.saleId ? sale : undefined) },
    findBuyer: async (header: string | undefined) => known.get(header?.slice(7) ?? ''),
    events: orderEvents(ports, { streamsMax: 1, readAtOnce: 100 }),
    isOn: true,
    paymentIds: () => undefined, // no payment may be begun
    received: () => undefined,
  }
  const never = () => Promise.reject(new Error('nobody attempts here'))
  return gatewayServer({
    attempts: {
      attempt: never,
      context,
      answered: () => undefined,
      nowMs: () => 0,
      sheds: () => false,
      addressOf: () => undefined,
    },
    log: pino({ level: 'silent' }),
    routes: [orderRoutes(deps), orderEventRoutes(deps), paymentRoutes(deps)],
  })
}

test('an order in transit is seen, and neither paid nor cancelled yet', async () => {
  await using ports = await makeSqlite()
  const sale = await openSale(ports)
  const app = await startGateway(ports, sale)
  const ask = async (method: 'GET' | 'POST', path: string, credential: string) => {
    const headers = { authorization: `Bearer ${credential}` }
    const url = `/api/orders/${ORDER}${path}`
    const reply = await app.inject({ method, url, headers })
    return { status: reply.statusCode, retry: reply.headers['retry-after'], body: reply.json() }
  }
  const named = `?saleId=${sale.saleId}`
  for (const [credential, query] of [
    ['token', ''],
    ['token', named],
    ['session', named],
  ] as const) {
    const { status, body } = await ask('GET', query, credential)
    assert.equal(status, 200)
    const { createdAt, ...order } = body
    assert.ok(Date.parse(createdAt) > 0)
    assert.deepEqual(order, {
      orderId: ORDER,
      saleId: sale.saleId,
      buyerId: '1',
      units: 1,
      price: sale.price,
      currency: sale.currency,
      status: 'in-transit',
    })
    for (const verb of ['cancel', 'payment']) {
      const refused = await ask('POST', `/${verb}${query}`, credential)
      const { status: at, retry, body: problem } = refused
      assert.deepEqual([at, problem.code, retry], [409, 'order-in-transit', '1'])
    }
  }
  for (const path of ['', '/events']) {
    const { status, body } = await ask('GET', path, 'session')
    assert.deepEqual([status, body.code], [404, 'no-such-order'], 'a session must name the sale')
  }
  const delivery = await ports.queue.take({ max: 9, waitMs: 0, signal })
  await recordDelivery(ports, delivery!)
  const busy = await ask('POST', '/payment', 'session')
  assert.deepEqual([busy.status, busy.body.code], [503, 'busy'], 'no payment id can be made')
  assert.equal((await ask('POST', '/cancel', 'session')).body.status, 'cancelled')
  await app.close()
})
