// The windows of buyers in Redis: the contract, on one primary and on a cluster; several gateways at once;
// and what becomes of the keys.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { suite, test } from 'node:test'
import { redisBuyerWindow } from '../../src/adapters/redis/buyer-window.ts'
import { redisKeys } from '../../src/adapters/redis/keys.ts'
import { homeSegment } from '../../src/domain/stock.ts'
import { admit, buyerWindowContract } from '../contracts/buyer-window.ts'
import { askRedis, askUntil, type RedisClient } from '../support/ask-redis.ts'
import { needsRedis, sharedCluster, sharedRedis } from '../support/needs-redis.ts'
import { openRedis, realTime } from './redis-setup.ts'

const { skip: missing } = needsRedis()

const makeOn = async (url: string, windowMs = 200) => {
  const redis = await openRedis(url)
  const prefix = `test-${randomUUID()}`
  const buyerWindow = redisBuyerWindow({ redis, prefix, windowMs })
  const { [Symbol.asyncDispose]: stop } = redis
  return { url, prefix, buyerWindow, windowMs, time: realTime, [Symbol.asyncDispose]: stop }
}

for (const [name, shared] of Object.entries({ redis: sharedRedis, cluster: sharedCluster }))
  buyerWindowContract(name, { make: async () => makeOn(await shared()), missing })

suite('the windows of buyers in Redis', { skip: missing }, () => {
  const attempt = { saleId: '7', buyerId: '42', quota: 3 }
  const keysOf = (prefix: string, buckets: number) =>
    redisKeys(prefix).ofBuckets(buckets)[homeSegment(attempt.buyerId, buckets)]!

  test('two gateways let through together what one would', async () => {
    const url = await sharedRedis()
    await using first = await makeOn(url)
    await using other = await openRedis(url)
    const { prefix, windowMs } = first
    const second = { buyerWindow: redisBuyerWindow({ redis: other, prefix, windowMs }) }
    const calls = Array.from({ length: 20 }, (_, at) => admit(at % 2 ? first : second, [attempt]))
    const answers = (await Promise.all(calls)).flat()
    assert.equal(answers.filter((waitMs) => waitMs === 0).length, 3)
  })

  test('keys of buyers who stay away go by themselves', async () => {
    await using window = await makeOn(await sharedRedis(), 1000)
    const { prefix, buyerWindow } = window
    const keys = keysOf(prefix, buyerWindow.buckets)
    const there = () => askRedis(window.url, (redis: RedisClient) => redis.exists(keys))
    await admit(window, [attempt])
    assert.equal(await there(), 1)
    const limit = { withinMs: 10_000, wanted: 'the keys are gone' }
    await askUntil(there, (keysThere) => keysThere === 0, limit)
  })

  test('a clock that was ahead keeps nobody out', async () => {
    await using window = await makeOn(await sharedRedis())
    const aheadMs = Date.now() + 3_600_000
    const written = `${aheadMs},${aheadMs},${aheadMs}`
    const keys = keysOf(window.prefix, window.buyerWindow.buckets)
    await askRedis(window.url, async (redis: RedisClient) => {
      for (const key of keys) await redis.hSet(key, { turned_at: aheadMs, '7:42': written })
    })
    const answers = await admit(
      window,
      Array.from({ length: 4 }, () => attempt),
    )
    assert.deepEqual(answers.slice(0, 3), [0, 0, 0])
    assert(answers[3]! > 0)
  })

  test('a Redis that does not answer lets nobody through', async () => {
    const window = await makeOn(await sharedRedis())
    await window[Symbol.asyncDispose]()
    await assert.rejects(admit(window, [attempt]), { code: 'STOCK_UNREACHABLE' })
  })
})
