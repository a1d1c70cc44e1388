// X4: price, units, sale, buyer and time are the server's. Whatever a client says of them, in a body, a
// query or a header, is refused or changes nothing.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { newBuyer, signIn } from '../support/accounts.ts'
import {
  type Engine,
  eventually,
  type Json,
  OPERATOR,
  type Reply,
  startEngine,
  VIEWER,
} from '../support/engine.ts'
import { operationsOf, readDocument } from '../support/openapi.ts'
import { buy, see } from '../support/order.ts'
import { DOORS } from './doors.ts'
import { makeWorld, type World } from './world.ts'

let world: World
let engine: Engine

before(async () => {
  world = await makeWorld()
  engine = world.engine
})

after(() => world[Symbol.asyncDispose]())

// Everything a client might like to decide, also under the names that the tables and other programs use.
const WISHES: Record<string, unknown> = {
  price: 1,
  amount: 1,
  units: 2,
  currency: 'JPY',
  buyerId: '2',
  buyer_id: '2',
  buyer: '2',
  userId: '2',
  sub: '2',
  saleId: '999',
  orderId: '5',
  status: 'paid',
  phase: 'admitted',
  role: 'operator',
  now: '2030-01-01T00:00:00Z',
  epochMs: 1,
  startsAt: '2020-01-01T00:00:00Z',
  payBy: '2099-01-01T00:00:00Z',
  createdAt: '2020-01-01T00:00:00Z',
  epoch: 1,
  rehearsal: true,
}

const HEADERS = {
  date: 'Wed, 11 Nov 2099 12:00:00 GMT',
  'x-forwarded-for': '203.0.113.5',
  'x-real-ip': '203.0.113.5',
  forwarded: 'for=203.0.113.5',
  'x-forwarded-host': 'evil.example',
  'x-forwarded-proto': 'https',
  'x-buyer-id': '2',
  'x-user-id': '2',
  'x-sale-id': '999',
  'x-price': '1',
  'x-role': 'operator',
  'x-original-url': '/api/admin/sales',
  'x-rewrite-url': '/api/admin/sales',
  'x-http-method-override': 'DELETE',
}

const QUERY = Object.entries(WISHES)
  .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
  .join('&')

// What every object of JavaScript has, as well.
const NAMES = [...Object.keys(WISHES), '__proto__', 'constructor', 'toString']

const withWish = (body: Json, name: string): string => {
  const rest = JSON.stringify(body ?? {}).slice(1)
  const value = Object.hasOwn(WISHES, name) ? WISHES[name] : { units: 2 }
  return `{${JSON.stringify(name)}:${JSON.stringify(value)}${rest === '}' ? '' : ','}${rest}`
}

// Whatever comes with these is not even read.
const WITHOUT_BODY = ['DELETE /api/sessions/current', 'POST /api/admin/sales/{saleId}/preheat']

suite('X4 a body', () => {
  test('of any write names what it may name, and anything more is refused', async (t) => {
    const operations = operationsOf(await readDocument(engine))
    const writes = operations.filter(({ method }) => method !== 'GET')
    assert(writes.length > 20)
    for (const { name, method } of writes) {
      if (WITHOUT_BODY.includes(name)) continue
      if (name === 'POST /api/payments/webhook') continue // what a provider says beside it is its own
      await t.test(name, async () => {
        const door = await DOORS[name]!(world)
        const [credential] = Object.values(door.keys)
        const known = await fieldsOf(name)
        const before = await world.settled()
        for (const wish of NAMES.filter((one) => !known.includes(one))) {
          const raw = withWish(door.body, wish)
          const headers = { ...door.headers, 'content-type': 'application/json' }
          const reply = await engine.request(method, door.path, { credential, raw, headers })
          assert.deepEqual([reply.status, reply.body.code], [400, 'malformed'], raw)
          assert(reply.body.detail.includes(wish), `${wish}: ${reply.body.detail}`)
        }
        assert.deepEqual(world.tables(), before)
      })
    }
  })

  const fieldsOf = async (name: string): Promise<string[]> => {
    const [method, path] = name.split(' ') as [string, string]
    const { requestBody } = (await readDocument(engine)).paths[path][method.toLowerCase()]
    assert(requestBody, `${name}: describe its body, also when it is empty`)
    return Object.keys(requestBody.content['application/json'].schema.properties ?? {})
  }

  test('never takes more units than the sale allows, nor fewer than one', async () => {
    const saleId = await engine.sale({ perBuyerLimit: 2 })
    const [token] = await engine.tokens(saleId, ['1'])
    const wrong = [3, 0, -1, 1.5, '1', null, true, [1], {}, 1e21]
    for (const units of wrong) {
      const reply = await engine.attempt(saleId, token!, { units })
      assert.deepEqual([reply.status, reply.body.code], [400, 'malformed'], JSON.stringify(units))
    }
    for (const raw of ['{"units":1.0000000000000000001}', '{"units":1e-400}', '{"units":1e400}'])
      assert.equal((await attemptRaw(saleId, token!, raw)).status, 400, raw)
    assert.equal((await engine.look(`/api/admin/sales/${saleId}/audit`)).body.held, 0)
  })

  const attemptRaw = (saleId: string, credential: string, raw: string): Promise<Reply> =>
    engine.request('POST', `/api/sales/${saleId}/attempts`, {
      credential,
      raw,
      headers: { 'content-type': 'application/json' },
    })
})

suite('X4 a query and headers', () => {
  test('change nothing about an attempt: it is of the buyer, sale and price of the token', async () => {
    const saleId = await engine.sale()
    const [credential] = await engine.tokens(saleId, ['77'])
    const reply = await engine.request('POST', `/api/sales/${saleId}/attempts?${QUERY}`, {
      credential,
      headers: HEADERS,
    })
    assert.equal(reply.status, 202, JSON.stringify(reply.body))
    const bought = { orderId: reply.body.orderId, token: credential! }
    const { body } = await eventually(
      () => see(engine, bought),
      (seen) => seen.body.status === 'pending',
    )
    const { buyerId, units, price, currency, createdAt } = body
    assert.deepEqual(
      { buyerId, units, price, currency, saleId: body.saleId },
      {
        buyerId: '77',
        units: 1,
        price: 99_900,
        currency: 'CNY',
        saleId,
      },
    )
    assert(Math.abs(Date.parse(createdAt) - Date.now()) < 10_000)
  })

  test('open no sale early and none that is over', async () => {
    const inMs = (ms: number) => new Date(Date.now() + ms).toISOString()
    const early = await engine.sale({ startsAt: inMs(600_000), endsAt: inMs(900_000) })
    const over = await engine.sale()
    await engine.operate(`/api/admin/sales/${over}/close`)
    for (const [saleId, code] of [
      [early, 'not-started'],
      [over, 'ended'],
    ] as const) {
      const [credential] = await engine.tokens(saleId, ['1'])
      const path = `/api/sales/${saleId}/attempts?${QUERY}`
      const reply = await engine.request('POST', path, { credential, headers: HEADERS })
      assert.equal(reply.body.code, code)
    }
  })

  test('change nothing about an entry: it is of the buyer of the session', async () => {
    const saleId = await engine.sale()
    const reply = await engine.request('POST', `/api/sales/${saleId}/entries?${QUERY}`, {
      credential: world.ann.sessionToken,
      headers: HEADERS,
    })
    const { orderId } = (await engine.attempt(saleId, reply.body.purchaseToken)).body
    const bought = { orderId, token: reply.body.purchaseToken }
    assert.equal((await see(engine, bought)).body.buyerId, world.ann.buyerId)
  })

  test('change nothing about a payment or a cancellation, and name no other order', async () => {
    const order = await world.order()
    const mine = await buy(engine, await engine.sale(), '3')
    const ask = (end: string, query = ''): Promise<Reply> =>
      engine.request('POST', `/api/orders/${order.orderId}/${end}${query}`, {
        credential: order.token,
        headers: HEADERS,
      })
    for (const end of ['payment', 'cancel']) {
      const refused = await ask(end, `?${QUERY}`)
      assert.deepEqual([refused.status, refused.body.code], [400, 'malformed'])
      const elsewhere = await ask(end, '?saleId=999')
      assert.deepEqual([elsewhere.status, elsewhere.body.code], [404, 'no-such-order'])
    }
    assert.equal((await see(engine, order)).body.status, 'pending')
    const paid = (await ask('payment', `?saleId=${order.saleId}`)).body
    assert.deepEqual([paid.orderId, paid.amount, paid.currency], [order.orderId, 99_900, 'CNY'])
    assert.equal((await see(engine, mine)).body.status, 'pending')
  })

  test('make no reader an operator, and no GET a write', async () => {
    const saleId = await engine.sale()
    const before = await world.settled()
    const path = `/api/admin/sales/${saleId}`
    const nobody = await engine.request('GET', path, { headers: HEADERS })
    assert.equal(nobody.status, 401)
    const reader = await engine.request('POST', `${path}/pause`, {
      credential: VIEWER,
      headers: HEADERS,
    })
    assert.equal(reader.status, 403)
    const operator = { credential: OPERATOR, headers: HEADERS }
    assert.equal((await engine.request('GET', path, operator)).status, 200)
    assert.deepEqual(world.tables(), before)
  })
})

suite('X4 an address', () => {
  test('is not believed from a stranger: no block is escaped, none is fallen into', async () => {
    await using own = await startEngine()
    const saleId = await own.sale()
    const [credential] = await own.tokens(saleId, ['1'])
    const attempt = (headers: Record<string, string>): Promise<Reply> =>
      own.request('POST', `/api/sales/${saleId}/attempts`, { credential, headers })
    await own.operate('/api/admin/blocklist', { address: '203.0.113.5', reason: 'a bot' })
    const knows = () => own.look('/api/admin/blocklist')
    await eventually(knows, ({ body }) => body.blocks.length === 1)
    assert.equal((await attempt(HEADERS)).status, 202, 'not blocked by a header')
    for (const address of ['127.0.0.1', '::1'])
      await own.operate('/api/admin/blocklist', { address, reason: 'a bot' })
    const blocked = await eventually(
      () => attempt({}),
      ({ status }) => status === 403,
    )
    assert.equal(blocked.body.code, 'blocked')
    for (const [name, value] of Object.entries(HEADERS))
      assert.equal((await attempt({ [name]: value })).body.code, 'blocked', name)
    const { sessionToken } = await newBuyer(own, 'ann')
    const enter = await own.request('POST', `/api/sales/${saleId}/entries`, {
      credential: sessionToken,
      headers: HEADERS,
    })
    assert.equal(enter.body.code, 'blocked')
  })

  test('is not believed from a stranger: tries to sign in are counted all the same', async () => {
    await using own = await startEngine({ SECKILL_TRIES_PER_ADDRESS: '3' })
    const seen: number[] = []
    for (let at = 1; at <= 5; at += 1) {
      const headers = { ...HEADERS, 'x-forwarded-for': `198.51.100.${at}` }
      seen.push((await signIn(own, `somebody ${at}`, { headers })).status)
    }
    assert.deepEqual(seen, [401, 401, 401, 429, 429])
  })
})
