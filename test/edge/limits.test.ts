// How much one address may ask: ten requests a second and twenty more at once, whoever else is there.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { problem } from '../../src/gateway/answers.ts'
import { needsNginx } from '../support/needs-nginx.ts'
import { type Asked, askFrom, type Told } from './ask-from.ts'
import { type Edge, startEdge } from './edge.ts'

const BURST = 20
const PER_SECOND = 10

suite('an address', needsNginx(), () => {
  let edge: Edge
  let attempt: Asked

  before(async () => {
    edge = await startEdge({ trustedProxies: ['127.0.0.77'] })
    attempt = { method: 'POST', path: `/api/sales/${await edge.engine.sale()}/attempts` }
  })

  after(() => edge[Symbol.asyncDispose]())

  const askAtOnce = async (count: number, of: Asked): Promise<Told[]> =>
    Promise.all(Array.from({ length: count }, () => askFrom(edge.nginx.url, of)))

  const passed = (told: Told[]) => told.filter(({ status }) => status !== 429).length

  // How many may pass that began within so long.
  const quota = (sinceMs: number) =>
    1 + BURST + Math.ceil(((performance.now() - sinceMs) / 1000) * PER_SECOND)

  test('that asks too much is told when to come back, in the words of the gateway', async () => {
    const told = await askAtOnce(60, { ...attempt, address: '127.0.0.2' })
    const refused = told.filter(({ status }) => status === 429)
    for (const { headers, text } of refused) {
      assert.equal(text, problem('rate-limited', { level: 'address' }).body)
      assert.equal(headers['content-type'], 'application/problem+json')
      assert.equal(headers['cache-control'], 'no-store')
      assert.equal(headers['ratelimit-policy'], '"address";q=10;w=1')
      assert.equal(headers['ratelimit'], '"address";r=0;t=1')
      assert.match(headers['x-request-id']!, /^[\w.-]{1,64}$/)
      assert.match(headers['retry-after']!, /^[12]$/)
    }
    const waits = new Set(refused.map(({ headers }) => headers['retry-after']))
    assert.equal(waits.size, 2, 'they do not all come back together')
  })

  test('has twenty attempts more than its rate at once, and no other pays for it', async () => {
    const startedMs = performance.now()
    const busy = askAtOnce(100, { ...attempt, address: '127.0.0.3' })
    const quiet = await askAtOnce(BURST, { ...attempt, address: '127.0.0.4' })
    assert.equal(passed(quiet), BURST)
    const count = passed(await busy)
    assert(count > BURST && count <= quota(startedMs), `${count}`)
  })

  test('may go on at ten a second', async () => {
    const address = '127.0.0.5'
    await askAtOnce(60, { ...attempt, address })
    const startedMs = performance.now()
    let count = 0
    while (performance.now() < startedMs + 1000)
      count += passed(await askAtOnce(1, { ...attempt, address }))
    assert(count >= PER_SECOND - 1 && count <= PER_SECOND + 2, `${count}`)
  })

  test('gets pages and assets however often it asks, and the state of sales ten times as often', async () => {
    const page = await askFrom(edge.nginx.url, { path: '/' })
    const asset = /"(\/assets\/[^"]+)"/.exec(page.text)![1]!
    for (const path of ['/', asset])
      assert.equal(passed(await askAtOnce(90, { path, address: '127.0.0.6' })), 90, path)
    const address = '127.0.0.6'
    const state = await askAtOnce(90, { path: '/api/sales', address })
    assert.equal(passed(state), 90)
  })

  test('of IPv6 is the network of its first 64 bits', async () => {
    const from = (client: string): Asked => ({
      ...attempt,
      address: '127.0.0.77',
      headers: { 'x-forwarded-for': client },
    })
    const startedMs = performance.now()
    const same = ['2001:db8:1:2::1', '2001:db8:1:2:ffff::', '2001:db8:1:2:a:b:c:d']
    const told = await Promise.all(same.map((client) => askAtOnce(20, from(client))))
    const count = passed(told.flat())
    assert(count > BURST && count <= quota(startedMs), `${count}`)
    const others = ['2001:db8:1:3::1', '2001:db8::1', '::ffff:192.0.2.1', '::ffff:192.0.2.2']
    for (const client of others)
      assert.equal(passed(await askAtOnce(BURST, from(client))), BURST, client)
  })

  test('with a hundred answers to come gets no more, and others do', async () => {
    await using slow = await startEdge({
      isUnlimited: true,
      changed: { 'locations.conf': [['limit_conn at_once 100', 'limit_conn at_once 3']] },
    })
    const saleId = await slow.engine.sale()
    const [token] = await slow.engine.tokens(saleId, ['1'])
    const { orderId } = (await slow.engine.attempt(saleId, token!)).body
    const path = `/api/orders/${orderId}/events`
    const authorization = `Bearer ${token}`
    const streams = await Promise.all(
      [1, 2, 3].map(() => fetch(slow.nginx.url + path, { headers: { authorization } })),
    )
    assert.deepEqual(
      streams.map(({ status }) => status),
      [200, 200, 200],
    )
    const told = await askFrom(slow.nginx.url, { path: '/api/time' })
    assert.deepEqual([told.status, told.body.level], [429, 'address'])
    const other = await askFrom(slow.nginx.url, { path: '/api/time', address: '127.0.0.9' })
    assert.equal(other.status, 200)
    for (const stream of streams) await stream.body!.cancel()
  })
})
