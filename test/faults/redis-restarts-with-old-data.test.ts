// kill -9 of a Redis that saves itself to disk, and it is back with what it was a moment ago: buyers who
// gave up since then hold units in it, and buyers who bought since then hold none. It takes itself for
// open, and must not be believed.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askRedis } from '../support/ask-redis.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { startRedisSale } from '../support/redis-sale.ts'
import { startRedis } from '../support/redis-server.ts'

test('a Redis that comes back with old data is loaded again', needsOwnRedis(), async (context) => {
  await using redis = await startRedis()
  await using sale = await startRedisSale({ context, stockUrl: redis.url, strategy: 'tokens' })
  await sale.sells(200)
  await askRedis(redis.url, (client) => client.sendCommand(['SAVE']))
  await sale.sells(200)
  await redis.restart()
  const loaded = await askRedis(redis.url, (client) => client.info('persistence'))
  assert.match(loaded, /rdb_last_load_keys_loaded:[1-9]/, 'it has its old data')
  await sale.rebuilt()
  await sale.sells(200)
  await sale.ends()
})
