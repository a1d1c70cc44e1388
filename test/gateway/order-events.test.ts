// An order as it changes, over HTTP: the first event is the order as it is, then one for every change,
// until nothing becomes of it any more or its credential is gone.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newBuyer } from '../support/accounts.ts'
import { type Engine, eventually, startEngine } from '../support/engine.ts'
import { openStream } from '../support/event-stream.ts'
import { type Bought, buy, pay, see } from '../support/order.ts'

let engine: Engine
let saleId: string
let buyers = 100

before(async () => {
  engine = await startEngine({
    SECKILL_BUYER_PER_SECOND: '1000',
    SECKILL_ORDER_STREAMS_MAX: '12',
    SECKILL_CHANGES_EVERY_MS: '10',
  })
  saleId = await engine.sale({ stock: 1000 })
})

after(() => engine[Symbol.asyncDispose]())

const newOrder = (of = saleId) => buy(engine, of, String((buyers += 1)))

const path = (orderId: string) => `/api/orders/${orderId}/events`

const watch = (order: Bought, credential = order.token) =>
  openStream(engine.url + path(order.orderId), { credential })

test('a stream tells an order as it is, then every change, and ends with a final status', async () => {
  const order = await newOrder()
  await using stream = await watch(order)
  assert.equal(stream.status, 200)
  assert.equal(stream.headers.get('content-type'), 'text/event-stream')
  assert.equal(stream.headers.get('cache-control'), 'no-store')
  assert.ok(stream.headers.get('x-request-id'))
  assert.deepEqual(await stream.next(), (await see(engine, order)).body)
  await pay(engine, order, 'fail')
  await eventually(stream.next, ({ payment }) => payment?.status === 'failed') // `started` may be told
  await pay(engine, order)
  const paid = await eventually(stream.next, ({ status }) => status === 'paid')
  assert.equal(paid.payment.status, 'succeeded')
  await engine.operate(`/api/admin/orders/${order.orderId}/refund`, { reason: 'broken' })
  const last = await eventually(stream.next, ({ status }) => status !== 'paid')
  assert.equal(last.status, 'refunded')
  assert.equal(await stream.next(), undefined, 'it has ended')
  assert.match(stream.raw(), /^retry: \d+\n\nevent: order\nid: \d+-pending\ndata: \{/)
})

test('an order that is cancelled or expires is the last that is told', async () => {
  const [given, late] = [await newOrder(), await newOrder(await engine.sale({ payWithinMs: 1000 }))]
  await using cancelled = await watch(given)
  await using expired = await watch(late)
  await cancelled.next()
  await expired.next()
  const cancel = `/api/orders/${given.orderId}/cancel`
  await engine.request('POST', cancel, { credential: given.token })
  assert.equal((await cancelled.next()).status, 'cancelled')
  assert.equal((await expired.next()).status, 'expired')
  assert.deepEqual([await cancelled.next(), await expired.next()], [undefined, undefined])
  await using again = await watch(given)
  assert.equal((await again.next()).status, 'cancelled', 'who comes later is told it at once')
  assert.equal(await again.next(), undefined)
})

test('a stream is for the buyer of the order alone', async () => {
  const [order, other] = [await newOrder(), await newOrder()]
  const asked = async (credential: string | undefined, orderId = order.orderId) => {
    const { status, body } = await engine.request('GET', path(orderId), { credential })
    return [status, body.code]
  }
  assert.deepEqual(await asked(undefined), [401, 'unauthorized'])
  assert.deepEqual(await asked(other.token), [404, 'no-such-order'])
  assert.deepEqual(await asked(order.token, '1'), [404, 'no-such-order'])
  const head = await engine.request('HEAD', path(order.orderId), { credential: order.token })
  assert.equal(head.status, 405)
})

test('a session watches, and its stream ends when it is signed out', async () => {
  const { buyerId, sessionToken } = await newBuyer(engine, 'watcher')
  const order = await buy(engine, saleId, buyerId)
  await using stream = await watch(order, sessionToken)
  assert.equal((await stream.next()).status, 'pending')
  await engine.request('DELETE', '/api/sessions/current', { credential: sessionToken })
  assert.equal(await stream.next(), undefined)
})

test('there is a limit to the streams of one buyer and of all, and room when one ends', async () => {
  const [order, other] = [await newOrder(), await newOrder()]
  await using streams = new AsyncDisposableStack()
  const open = async (of: Bought) => {
    const stream = streams.use(await watch(of))
    return stream.status
  }
  for (let n = 0; n < 10; n += 1) assert.equal(await open(order), 200)
  assert.equal(await open(order), 503, 'ten of one buyer')
  assert.deepEqual([await open(other), await open(other)], [200, 200])
  const full = await engine.request('GET', path(other.orderId), { credential: other.token })
  assert.deepEqual([full.status, full.body.code], [503, 'busy'])
  assert.ok(Number(full.headers.get('retry-after')) > 0)
  await streams.disposeAsync()
  await using again = await eventually(
    () => watch(order),
    ({ status }) => status === 200,
  )
  assert.equal((await again.next()).status, 'pending')
})

test('streams end when the engine is told to stop, and do not hold it up', async () => {
  const own = await startEngine()
  let stopped: PromiseLike<void> | undefined
  try {
    const order = await buy(own, await own.sale(), '1')
    const { orderId, token: credential } = order
    await using stream = await openStream(own.url + path(orderId), { credential })
    await stream.next()
    const startedMs = performance.now()
    stopped = own[Symbol.asyncDispose]()
    assert.equal(await stream.next(), undefined)
    await stopped
    assert.ok(performance.now() - startedMs < 2500, 'sooner than late requests are cut off')
  } finally {
    await (stopped ?? own[Symbol.asyncDispose]())
  }
})
