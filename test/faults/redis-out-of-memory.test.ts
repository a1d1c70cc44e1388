// Redis has no memory left (OOM): nothing is decided and everybody is told `busy`, never a wrong answer;
// what needs no more memory goes on. When there is memory again, the sale goes on without a rebuild.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askRedis } from '../support/ask-redis.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { startRedisSale } from '../support/redis-sale.ts'
import { startRedis } from '../support/redis-server.ts'

test('a Redis without memory loses nothing', needsOwnRedis(), async (context) => {
  await using server = await startRedis()
  const maxMemory = (bytes: string) =>
    askRedis(server.url, (redis) => redis.configSet('maxmemory', bytes))
  await using sale = await startRedisSale({ context, stockUrl: server.url })
  await sale.sells(200)
  await maxMemory('1')
  await sale.reaches('busy', 300)
  const decided = () => ['accepted', 'sold-out', 'already-reserved'].map(sale.count)
  const before = decided()
  await sale.reaches('busy', 300)
  assert.deepEqual(decided(), before, 'nothing is decided meanwhile')
  await maxMemory('0')
  await sale.sells(200)
  const { epoch } = await sale.ends()
  assert.equal(epoch, 1)
})
