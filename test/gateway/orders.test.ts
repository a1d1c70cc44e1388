// A buyer's own orders over HTTP, with a session and with a purchase token.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { newBuyer } from '../support/accounts.ts'
import { type Engine, type Json, type Reply, startEngine } from '../support/engine.ts'
import { type Bought, buy, pay, see } from '../support/order.ts'

let engine: Engine
let saleIds: string[]
let orders: Bought[] // of Ann, oldest first
let ann: Awaited<ReturnType<typeof newBuyer>>
let bob: Awaited<ReturnType<typeof newBuyer>>

before(async () => {
  engine = await startEngine({ SECKILL_BUYER_PER_SECOND: '1000' })
  saleIds = await Promise.all([1, 2, 3].map(() => engine.sale()))
  ann = await newBuyer(engine, 'ann')
  bob = await newBuyer(engine, 'bob')
  orders = []
  for (const saleId of saleIds) orders.push(await buy(engine, saleId, ann.buyerId))
  await buy(engine, saleIds[0]!, bob.buyerId)
})

after(() => engine[Symbol.asyncDispose]())

const get = (path: string, credential?: string) => engine.request('GET', path, { credential })

const post = (path: string, credential?: string) => engine.request('POST', path, { credential })

const codeOf = ({ status, body }: Reply) => [status, body.code]

const idsOf = ({ body }: Reply): string[] => body.orders.map(({ orderId }: Json) => orderId)

suite('the list of own orders', () => {
  const all = () => orders.map(({ orderId }) => orderId).toReversed()

  test('holds those of the session’s buyer, the newest first', async () => {
    const reply = await get('/api/orders', ann.sessionToken)
    assert.equal(reply.status, 200)
    assert.deepEqual(idsOf(reply), all())
    assert.equal(reply.body.nextCursor, undefined)
    assert.deepEqual(reply.body.orders[0], (await see(engine, orders[2]!)).body)
  })

  test('comes page by page, and of one sale', async () => {
    const first = await get('/api/orders?limit=2', ann.sessionToken)
    assert.deepEqual(idsOf(first), all().slice(0, 2))
    const cursor = first.body.nextCursor
    const second = await get(`/api/orders?limit=2&cursor=${cursor}`, ann.sessionToken)
    assert.deepEqual([idsOf(second), second.body.nextCursor], [all().slice(2), undefined])
    const ofOne = await get(`/api/orders?saleId=${saleIds[1]}`, ann.sessionToken)
    assert.deepEqual(idsOf(ofOne), [orders[1]!.orderId])
  })

  test('needs a session', async () => {
    for (const credential of [undefined, 'x', orders[0]!.token])
      assert.deepEqual(codeOf(await get('/api/orders', credential)), [401, 'unauthorized'])
  })

  test('takes only what it knows', async () => {
    for (const query of ['limit=0', 'limit=101', 'limit=x', 'cursor=x', 'saleId=0', 'buyerId=1'])
      assert.deepEqual(
        codeOf(await get(`/api/orders?${query}`, ann.sessionToken)),
        [400, 'malformed'],
        query,
      )
  })
})

suite('one order', () => {
  test('is the same with a session as with the purchase token', async () => {
    const { orderId } = orders[0]!
    const seen = (await see(engine, orders[0]!)).body
    for (const query of ['', `?saleId=${saleIds[0]}`])
      assert.deepEqual((await get(`/api/orders/${orderId}${query}`, ann.sessionToken)).body, seen)
  })

  test('of another buyer or another sale does not exist', async () => {
    const { orderId, token } = orders[0]!
    const path = `/api/orders/${orderId}`
    const elsewhere = [
      get(path, bob.sessionToken),
      get(path, orders[1]!.token),
      get(`${path}?saleId=${saleIds[1]}`, ann.sessionToken),
      get(`${path}?saleId=${saleIds[1]}`, token),
      get(`${path}?saleId=999`, ann.sessionToken),
      post(`${path}/cancel`, bob.sessionToken),
      post(`${path}/payment`, bob.sessionToken),
      get(`${path}/events`, bob.sessionToken),
    ]
    for (const reply of await Promise.all(elsewhere))
      assert.deepEqual(codeOf(reply), [404, 'no-such-order'])
    assert.equal((await see(engine, orders[0]!)).body.status, 'pending')
  })

  test('is paid and cancelled with a session, too', async () => {
    const paid = await post(`/api/orders/${orders[0]!.orderId}/payment`, ann.sessionToken)
    assert.equal(paid.body.status, 'succeeded')
    const path = `/api/orders/${orders[1]!.orderId}/cancel`
    const cancelled = await post(path, ann.sessionToken)
    assert.deepEqual([cancelled.status, cancelled.body.status], [200, 'cancelled'])
    const again = await post(path, ann.sessionToken)
    assert.deepEqual([again.status, again.body], [200, cancelled.body])
    const refused = await pay(engine, orders[1]!)
    assert.deepEqual(
      [...codeOf(refused), refused.body.orderStatus],
      [409, 'order-not-pending', 'cancelled'],
    )
    const { orders: seen } = (await get('/api/orders', ann.sessionToken)).body
    assert.deepEqual(
      seen.map(({ status, payment }: Json) => [status, payment?.status]),
      [
        ['pending', undefined],
        ['cancelled', undefined],
        ['paid', 'succeeded'],
      ],
    )
  })
})
