// Every door and every wrong credential: none, forged, of another sale, of another buyer, of another
// kind, and a viewer's where an operator's is needed.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { type Engine, eventually, OPERATOR, startEngine, VIEWER } from '../support/engine.ts'

let engine: Engine
let saleId: string
let otherSaleId: string
let token: string
let otherBuyers: string
let otherSales: string
let orderId: string

before(async () => {
  engine = await startEngine({ SECKILL_BUYER_PER_SECOND: '1000' })
  saleId = await engine.sale()
  otherSaleId = await engine.sale()
  const tokens = await engine.tokens(saleId, ['1', '2'])
  token = tokens[0]!
  otherBuyers = tokens[1]!
  otherSales = (await engine.tokens(otherSaleId, ['1']))[0]!
  orderId = (await engine.attempt(saleId, token)).body.orderId
  const read = () => engine.request('GET', `/api/orders/${orderId}`, { credential: token })
  await eventually(read, (reply) => reply.body.status === 'pending')
})

after(() => engine[Symbol.asyncDispose]())

const OPERATOR_DOORS: [string, string][] = [
  ['GET', '/api/admin/products'],
  ['POST', '/api/admin/products'],
  ['GET', '/api/admin/sales'],
  ['POST', '/api/admin/sales'],
  ...['', '/audit', '/readiness'].map((end): [string, string] => [
    'GET',
    `/api/admin/sales/1${end}`,
  ]),
  ['PATCH', '/api/admin/sales/1'],
  ['DELETE', '/api/admin/sales/1'],
  ['POST', '/api/admin/stop'],
  ...['preheat', 'pause', 'resume', 'close', 'restock', 'clone', 'tokens'].map(
    (verb): [string, string] => ['POST', `/api/admin/sales/1/${verb}`],
  ),
  ...['', '/export'].map((end): [string, string] => ['GET', `/api/admin/buyers/1${end}`]),
  ['POST', '/api/admin/buyers/1/erase'],
  ['GET', '/metrics'],
]

const forged = () => `${token.slice(0, -4)}AAAA`

const refusedWith = async (method: string, path: string, credential: string | undefined) => {
  const body = method === 'POST' ? {} : undefined
  const reply = await engine.request(method, path, { credential, body })
  return [reply.status, reply.body.code]
}

test('no operator door opens without an admin key', async () => {
  for (const [method, path] of OPERATOR_DOORS)
    for (const credential of [undefined, 'wrong', `${OPERATOR}x`, OPERATOR.slice(1), token]) {
      const seen = await refusedWith(method, path, credential)
      assert.deepEqual(seen, [401, 'unauthorized'], `${method} ${path} with ${credential}`)
    }
})

test('a viewer reads everything and changes nothing', async () => {
  for (const [method, path] of OPERATOR_DOORS) {
    const [status] = await refusedWith(method, path, VIEWER)
    assert.equal(status, method === 'GET' ? 200 : 403, `${method} ${path}`)
  }
  for (const verb of ['pause', 'close']) {
    const path = `/api/admin/sales/${saleId}/${verb}`
    const reply = await engine.request('POST', path, { credential: VIEWER }) // without a body
    assert.deepEqual([reply.status, reply.body.code], [403, 'forbidden'])
  }
  const sale = (await engine.look(`/api/admin/sales/${saleId}`)).body
  assert.deepEqual([sale.paused, sale.closedAt], [false, undefined])
})

test('an attempt needs a purchase token of this very sale', async () => {
  const path = `/api/sales/${saleId}/attempts`
  for (const credential of [undefined, '', 'x', forged(), otherSales, OPERATOR, VIEWER])
    assert.deepEqual(await refusedWith('POST', path, credential), [401, 'unauthorized'])
  const basic = { authorization: `Basic ${token}` }
  const reply = await engine.request('POST', path, { headers: basic })
  assert.equal(reply.status, 401, 'another scheme')
})

test('an order is seen and cancelled by its own buyer in its own sale only', async () => {
  const doors: [string, string][] = [
    ['GET', `/api/orders/${orderId}`],
    ['POST', `/api/orders/${orderId}/cancel`],
  ]
  for (const [method, path] of doors) {
    for (const credential of [undefined, forged(), OPERATOR])
      assert.deepEqual(await refusedWith(method, path, credential), [401, 'unauthorized'])
    for (const credential of [otherBuyers, otherSales])
      assert.deepEqual(await refusedWith(method, path, credential), [404, 'no-such-order'])
  }
  for (const id of ['1', '0', 'x', '9'.repeat(30), '%00'])
    assert.deepEqual(await refusedWith('GET', `/api/orders/${id}`, token), [404, 'no-such-order'])
  const own = await engine.request('GET', `/api/orders/${orderId}`, { credential: token })
  assert.equal(own.body.status, 'pending')
})

test('a purchase token is good from tokensFrom on, not before', async () => {
  const startsAt = new Date(Date.now() + 7_200_000).toISOString()
  const endsAt = new Date(Date.now() + 10_800_000).toISOString()
  const early = await engine.sale({ startsAt, endsAt })
  const later = await engine.sale({ startsAt, endsAt, tokensFromMs: 86_400_000 })
  for (const [sale, code] of [
    [early, 'unauthorized'],
    [later, 'not-started'],
  ] as const) {
    const [own] = await engine.tokens(sale, ['1'])
    assert.equal((await engine.attempt(sale, own!)).body.code, code)
  }
})

test('metrics count what happened and name neither buyers nor orders', async () => {
  const { body } = await engine.look('/metrics')
  assert.match(body, /^seckill_attempts_total\{outcome="accepted"\} 1$/m)
  assert.match(body, /^seckill_promises_broken_total 0$/m)
  assert.ok(!body.includes(orderId))
})
