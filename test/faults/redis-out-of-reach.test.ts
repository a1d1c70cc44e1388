// Redis cannot be reached, or does not answer: every attempt is told `busy` and when to come back, in time
// and never a refusal; /readyz says so; buyers still see their orders. When Redis is back, so is the sale.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually, type Json } from '../support/engine.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { operator } from '../support/operator.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { PRODUCTION, PRODUCTION_KEY, startServer } from '../support/server.ts'

const ENV = {
  ...PRODUCTION,
  SECKILL_STOCK_TIMEOUT_MS: '300',
  SECKILL_LOOK_EVERY_MS: '100',
}

const ANSWERED_MS_MAX = 3000

const FAULTS: [string, (redis: RedisServer) => void, (redis: RedisServer) => Promise<void>][] = [
  ['is gone', (redis) => redis.signal('SIGKILL'), (redis) => redis.restart()],
  ['is silent', (redis) => redis.signal('SIGSTOP'), async (redis) => redis.signal('SIGCONT')],
]

for (const [what, breaks, heals] of FAULTS)
  test(`a Redis that ${what} makes attempts busy, and nothing else`, needsOwnRedis(), async () => {
    await using redis = await startRedis()
    const env = { ...ENV, SECKILL_STOCK_URL: redis.url }
    await using server = await startServer({ env })
    const shop = operator({ url: server.url, adminKey: PRODUCTION_KEY })
    const saleId = await shop.makeSale({ stock: 10 })
    const tokens = await shop.tokens(saleId, 20)
    const ask = async (method: string, path: string, token = '') => {
      const sentMs = performance.now()
      const headers = token ? { authorization: `Bearer ${token}` } : {}
      const response = await fetch(server.url + path, { method, headers })
      const body: Json = await response.json()
      const retryAfter = Number(response.headers.get('retry-after'))
      return { status: response.status, body, retryAfter, tookMs: performance.now() - sentMs }
    }
    const attempt = (buyer: number) =>
      ask('POST', `/api/sales/${saleId}/attempts`, tokens.get(String(buyer)))
    const ready = async () => (await ask('GET', '/readyz')).body

    const { body: bought } = await attempt(1)
    assert.equal(bought.outcome, 'accepted')
    await eventually(ready, (answer) => answer.ready)

    breaks(redis)
    await eventually(ready, (answer) => answer.missing.includes('look'))
    for (const buyer of [1, 2, 3]) {
      const { status, body, retryAfter, tookMs } = await attempt(buyer)
      assert.deepEqual([status, body.code], [503, 'busy'])
      assert(retryAfter >= 1 && tookMs < ANSWERED_MS_MAX, `${retryAfter} s, ${tookMs} ms`)
    }
    const books = await ask('GET', `/api/admin/sales/${saleId}/audit`, PRODUCTION_KEY)
    assert.deepEqual([books.status, books.body.code], [503, 'stock-unreachable'])
    const order = await ask('GET', `/api/orders/${bought.orderId}`, tokens.get('1'))
    assert.deepEqual([order.status, order.body.status], [200, 'pending'])

    await heals(redis)
    await eventually(ready, (answer) => answer.ready)
    await eventually(
      () => attempt(4),
      ({ body }) => body.outcome === 'accepted' || body.outcome === 'already-reserved',
    )
    const again = await attempt(1)
    assert.deepEqual([again.status, again.body.orderId], [200, bought.orderId])
  })
