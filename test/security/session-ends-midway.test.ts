// A session that ends in the middle of buying and paying: what it has given is still good, what it would
// open is closed, and nothing that was promised or paid is lost with it.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { newBuyer, signIn } from '../support/accounts.ts'
import { type Engine, eventually, type Reply, startEngine } from '../support/engine.ts'
import { openStream } from '../support/event-stream.ts'
import { PAYMENT_SECRET, webhook } from '../support/provider.ts'

let engine: Engine
let saleId: string
let names = 0

before(async () => {
  engine = await startEngine({
    SECKILL_PAYMENT_SECRET: PAYMENT_SECRET,
    SECKILL_BUYER_PER_SECOND: '1000',
  })
  saleId = await engine.sale({ stock: 100 })
})

after(() => engine[Symbol.asyncDispose]())

// A buyer who is signed in and has entered the sale.
const entered = async () => {
  const name = `buyer ${(names += 1)}`
  const { buyerId, sessionToken } = await newBuyer(engine, name)
  const path = `/api/sales/${saleId}/entries`
  const { body } = await engine.request('POST', path, { credential: sessionToken })
  return { name, buyerId, session: sessionToken, token: String(body.purchaseToken) }
}

const signOut = async (session: string) => {
  const reply = await engine.request('DELETE', '/api/sessions/current', { credential: session })
  assert.equal(reply.status, 204)
}

const read = (orderId: string, credential: string): Promise<Reply> =>
  engine.request('GET', `/api/orders/${orderId}?saleId=${saleId}`, { credential })

const pending = (orderId: string, credential: string) =>
  eventually(
    () => read(orderId, credential),
    ({ body }) => body.status === 'pending',
  )

const payWith = (orderId: string, credential: string): Promise<Reply> =>
  engine.request('POST', `/api/orders/${orderId}/payment`, {
    credential,
    body: { sandbox: 'wait' },
  })

const codeOf = ({ status, body }: Reply) => [status, body.code]

test('signed out between entry and attempt, the purchase token still buys, pays and cancels', async () => {
  const { session, token, buyerId } = await entered()
  await signOut(session)
  const attempt = await engine.attempt(saleId, token)
  assert.equal(attempt.status, 202)
  const { orderId } = attempt.body
  assert.equal((await pending(orderId, token)).body.buyerId, buyerId)
  assert.deepEqual(codeOf(await read(orderId, session)), [401, 'unauthorized'])
  assert.equal((await payWith(orderId, token)).status, 201)
  const cancel = `/api/orders/${orderId}/cancel`
  assert.equal((await engine.request('POST', cancel, { credential: token })).status, 200)
})

test('signed out with an order in transit, the order is recorded all the same', async () => {
  const { name, session, token } = await entered()
  const attempting = engine.attempt(saleId, token)
  await signOut(session)
  const { orderId } = (await attempting).body
  await pending(orderId, token)
  const again = (await signIn(engine, name)).body.sessionToken
  const { orders } = (await engine.request('GET', '/api/orders', { credential: again })).body
  assert.deepEqual(
    orders.map((order: { orderId: string }) => order.orderId),
    [orderId],
  )
})

test('signed out between a payment’s start and its webhook, the order is paid all the same', async () => {
  const { name, session, token } = await entered()
  const { orderId } = (await engine.attempt(saleId, token)).body
  await pending(orderId, session)
  const { paymentId } = (await payWith(orderId, session)).body
  await signOut(session)
  assert.deepEqual(codeOf(await payWith(orderId, session)), [401, 'unauthorized'])
  const told = await engine.request('POST', '/api/payments/webhook', webhook({ paymentId }))
  assert.deepEqual(told.body, { result: 'changed' })
  const again = (await signIn(engine, name)).body.sessionToken
  const { body } = await read(orderId, again)
  assert.deepEqual([body.status, body.payment.status], ['paid', 'succeeded'])
})

test('signed out in one place, a stream there ends, and one elsewhere goes on', async () => {
  const { name, session, token } = await entered()
  const other = (await signIn(engine, name)).body.sessionToken
  const { orderId } = (await engine.attempt(saleId, token)).body
  await pending(orderId, token)
  const url = `${engine.url}/api/orders/${orderId}/events`
  await using ends = await openStream(url, { credential: session })
  await using goesOn = await openStream(url, { credential: other })
  for (const stream of [ends, goesOn]) assert.equal((await stream.next()).status, 'pending')
  await signOut(session)
  assert.equal(await ends.next(), undefined)
  await payWith(orderId, other)
  assert.equal((await goesOn.next()).payment.status, 'started')
})

test('signed out everywhere by an erased account, its orders stay what they are', async () => {
  const { buyerId, session, token } = await entered()
  const { orderId } = (await engine.attempt(saleId, token)).body
  await pending(orderId, session)
  const erase = `/api/admin/buyers/${buyerId}/erase`
  const refused = await engine.operate(erase, { reason: 'wanted' })
  assert.deepEqual(codeOf(refused), [409, 'buyer-has-pending-orders'])
  const { paymentId } = (await payWith(orderId, session)).body
  await engine.request('POST', '/api/payments/webhook', webhook({ paymentId }))
  assert.equal((await engine.operate(erase, { reason: 'wanted' })).status, 200)
  assert.deepEqual(codeOf(await read(orderId, session)), [401, 'unauthorized'])
  assert.equal((await read(orderId, token)).body.status, 'paid')
})
