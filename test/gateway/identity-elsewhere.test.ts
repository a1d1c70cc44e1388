// Buyers of another identity provider: its tokens are the sessions here, its subjects the buyers, and
// nobody makes an account or signs in at this shop.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Engine, type Reply, startEngine } from '../support/engine.ts'
import { AUDIENCE, ISSUER, type Issuer, startIssuer } from '../support/issuer.ts'

let issuer: Issuer
let engine: Engine
let saleId: string

before(async () => {
  issuer = await startIssuer()
  engine = await startEngine({
    SECKILL_IDENTITY: 'jwks',
    SECKILL_JWKS_URL: issuer.url,
    SECKILL_JWKS_ISSUER: ISSUER,
    SECKILL_JWKS_AUDIENCE: AUDIENCE,
  })
  saleId = await engine.sale()
})

after(async () => {
  await engine[Symbol.asyncDispose]()
  await issuer[Symbol.asyncDispose]()
})

const seen = ({ status, body }: Reply) => [status, body.code]

const enter = async (claims: Record<string, unknown>) =>
  engine.request('POST', `/api/sales/${saleId}/entries`, {
    credential: await issuer.sign({ claims }),
  })

// Who the purchase token of an entry is for, as its order says.
const buyerOf = async ({ body }: Reply) => {
  const credential = body.purchaseToken
  const { orderId } = (await engine.attempt(saleId, credential)).body
  return (await engine.request('GET', `/api/orders/${orderId}`, { credential })).body.buyerId
}

// First, while no key has been read yet.
test('while the provider cannot be reached nobody is told no', async () => {
  issuer.answerWith('failure')
  const reply = await enter({})
  assert.deepEqual(seen(reply), [503, 'identity-unreachable'])
  assert.match(reply.headers.get('retry-after')!, /^[1-3]$/)
  const garbage = await engine.request('POST', `/api/sales/${saleId}/entries`, { credential: 'x' })
  assert.deepEqual(seen(garbage), [401, 'unauthorized'], 'what is no token needs no key')
  issuer.answerWith('keys')
  assert.equal((await enter({})).status, 201)
})

test('a decimal subject is the buyer id', async () => {
  assert.equal(await buyerOf(await enter({ sub: '9223372036854775807' })), '9223372036854775807')
})

test('any other subject gets one id, also when it comes many times at once', async () => {
  const subjects = ['auth0|ann', '007', '9223372036854775808', '-1', '安']
  const ids: string[] = []
  for (const sub of subjects) {
    const entered = await Promise.all([1, 2, 3].map(() => enter({ sub })))
    assert.equal(new Set(entered.map(({ body }) => body.purchaseToken)).size, 1, sub)
    ids.push(await buyerOf(entered[0]!))
  }
  assert.equal(new Set(ids).size, subjects.length)
  assert.equal(await buyerOf(await enter({ sub: 'auth0|ann' })), ids[0])
})

test('a token that is not for us, or over, opens nothing', async () => {
  const longAgo = Math.floor(Date.now() / 1000) - 10
  for (const claims of [{ iss: 'https://evil.example' }, { aud: 'other' }, { exp: longAgo }])
    assert.deepEqual(seen(await enter(claims)), [401, 'unauthorized'], JSON.stringify(claims))
})

test('a foreign token never opens the door to an attempt', async () => {
  const reply = await engine.attempt(saleId, await issuer.sign())
  assert.deepEqual(seen(reply), [401, 'unauthorized'])
})

test('accounts, sign-in and sign-out are elsewhere, and the answer says where', async () => {
  const body = { name: 'ann', password: 'correct horse' }
  const credential = await issuer.sign()
  for (const reply of [
    await engine.request('POST', '/api/buyers', { body }),
    await engine.request('POST', '/api/sessions', { body }),
    await engine.request('DELETE', '/api/sessions/current', { credential }),
  ]) {
    assert.deepEqual(seen(reply), [404, 'accounts-elsewhere'])
    assert.ok(reply.body.detail.includes(ISSUER))
  }
})
