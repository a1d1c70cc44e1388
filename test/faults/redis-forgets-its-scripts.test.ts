// The script cache of Redis is emptied again and again under load. Nobody notices: a script that is not
// known was not executed, and is sent once more in full.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askRedis } from '../support/ask-redis.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { startRedisSale } from '../support/redis-sale.ts'
import { startRedis } from '../support/redis-server.ts'

const FLUSHES = 20

test('nobody notices that Redis forgets its scripts', needsOwnRedis(), async (context) => {
  await using redis = await startRedis()
  const env = { SECKILL_LOG_LEVEL: 'warn' }
  await using sale = await startRedisSale({ context, stockUrl: redis.url, env })
  for (let flush = 0; flush < FLUSHES; flush += 1) {
    await sale.sells(30)
    await askRedis(redis.url, (client) => client.scriptFlush())
  }
  const { epoch } = await sale.ends()
  assert.equal(epoch, 1)
  assert.equal(sale.count('rebuilding'), 0)
  assert.doesNotMatch(sale.output(), /attempts undecided/)
})
