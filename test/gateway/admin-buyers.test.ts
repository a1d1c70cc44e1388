// What is kept about a buyer, over HTTP: looked at, handed out as one document, erased.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Engine, eventually, type Json, OPERATOR, startEngine } from '../support/engine.ts'

let engine: Engine
let saleId: string

before(async () => {
  engine = await startEngine()
  saleId = await engine.sale()
})

after(() => engine[Symbol.asyncDispose]())

const look = (buyerId: string, part = '') => engine.look(`/api/admin/buyers/${buyerId}${part}`)
const erase = (buyerId: string, reason = 'asked to') =>
  engine.operate(`/api/admin/buyers/${buyerId}/erase`, { reason })

const signUp = async (name: string): Promise<string> => {
  const body = { name, password: 'a long password' }
  const made = await engine.request('POST', '/api/buyers', { body })
  assert.equal(made.status, 201, JSON.stringify(made.body))
  return made.body.buyerId
}

const signIn = (name: string) =>
  engine.request('POST', '/api/sessions', { body: { name, password: 'a long password' } })

const buy = async (buyerId: string): Promise<Json> => {
  const [token] = await engine.tokens(saleId, [buyerId])
  const { body } = await engine.attempt(saleId, token!)
  const read = () => engine.request('GET', `/api/orders/${body.orderId}`, { credential: token })
  await eventually(read, (reply) => reply.body.status === 'pending')
  return { orderId: body.orderId, token }
}

test('a buyer of whom nothing is kept does not exist', async () => {
  for (const id of ['4711', '0', 'x', '9'.repeat(30), '%31'])
    for (const part of ['', '/export'])
      assert.equal((await look(id, part)).body.code, 'no-such-buyer', id + part)
  assert.equal((await erase('4711')).body.code, 'no-such-buyer')
})

test('an export holds everything that is kept, and no secret', async () => {
  const buyerId = await signUp('ann')
  const { body: session } = await signIn('ann')
  const entered = await engine.request('POST', `/api/sales/${saleId}/entries`, {
    credential: session.sessionToken,
  })
  assert.equal(entered.status, 201)
  const { orderId } = await buy(buyerId)
  const block = { buyer: buyerId, reason: 'for a moment' }
  assert.equal((await engine.operate('/api/admin/blocklist', block)).status, 201)

  const summary = await look(buyerId)
  assert.equal(summary.body.account.name, 'ann')
  const counts = { sessions: 1, entries: 1, inTransit: 0, orders: 1, payments: 0, blocks: 1 }
  assert.deepEqual(summary.body.counts, counts)

  const { status, body } = await look(buyerId, '/export')
  assert.equal(status, 200)
  assert.deepEqual([body.orders[0].orderId, body.orders[0].status], [orderId, 'pending'])
  assert.deepEqual([body.ledger.length, body.blocks[0].reason], [1, 'for a moment'])
  assert.equal(body.auditLog[0].change, 'block')
  assert.match(body.sessions[0].expiresAt, /^\d{4}-.*Z$/)
  const text = JSON.stringify(body)
  for (const secret of [session.sessionToken, entered.body.purchaseToken, 'argon2'])
    assert.ok(!text.includes(secret), 'a secret is not handed out')
})

test('a buyer with a pending order is told to cancel it first, and keeps everything', async () => {
  const buyerId = await signUp('bob')
  await buy(buyerId)
  const { status, body } = await erase(buyerId)
  assert.deepEqual([status, body.code, body.orders], [409, 'buyer-has-pending-orders', 1])
  assert.equal((await signIn('bob')).status, 201)
})

test('an erased buyer is signed out, cannot sign in, and is a number in the books', async () => {
  const buyerId = await signUp('eve')
  const { body: session } = await signIn('eve')
  const { orderId, token } = await buy(buyerId)
  await engine.request('POST', `/api/orders/${orderId}/cancel`, { credential: token })

  const erased = await erase(buyerId, 'asked by mail')
  assert.deepEqual([erased.status, erased.body.erased], [200, { sessions: 1, entries: 0 }])
  const kept = erased.body.kept.map(({ what, count }: Json) => [what, count])
  assert.deepEqual(kept, [['orders', 1]])

  const credential = session.sessionToken
  assert.equal((await engine.request('GET', '/api/orders', { credential })).status, 401)
  assert.equal((await signIn('eve')).status, 401)
  assert.ok((await look(buyerId)).body.account.erasedAt)
  const { body } = await look(buyerId, '/export')
  assert.equal(body.account.name, undefined)
  assert.equal(body.auditLog.at(-1).reason, 'asked by mail')
  const books = (await engine.look(`/api/admin/sales/${saleId}/audit`)).body
  assert.deepEqual([books.drift, books.oversold], [0, 0])
})

test('the name of an erased buyer makes another buyer, with nothing of the first', async () => {
  const first = await signUp('kim')
  assert.equal((await erase(first)).status, 200)
  const second = await signUp('kim')
  assert.notEqual(second, first)
  assert.equal((await look(second)).body.counts.orders, 0)
})

test('erasing needs a reason, and repeating it is harmless', async () => {
  const buyerId = await signUp('lee')
  const path = `/api/admin/buyers/${buyerId}/erase`
  for (const body of [{}, { reason: '' }, { reason: ' ' }, { reason: 'x', force: true }]) {
    const refused = await engine.request('POST', path, { credential: OPERATOR, body })
    assert.equal(refused.body.code, 'malformed')
  }
  assert.equal((await erase(buyerId)).status, 200)
  assert.equal((await erase(buyerId)).status, 200)
})
