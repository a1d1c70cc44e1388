// Somebody deletes the units of one buyer from Redis by hand, and WeCom is told that the books disagree; then
// he does what the runbook says, and it is over. The rules are as they are shipped, their durations divided
// by ten.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askRedis, type RedisClient } from '../../support/ask-redis.ts'
import { needsShop, startShop } from './shop.ts'
import { startWatched } from './watched.ts'

test(
  'when the engine forgets an order, WeCom is told, and when it was rebuilt',
  needsShop(),
  async (context) => {
    await using shop = await startShop({ stock: 10 })
    const processes = [{ role: 'all', server: shop.server }]
    await using watched = await startWatched({ context, processes, scale: 10 })
    for (const buyer of [1, 2, 3]) assert.equal(await shop.attempt(buyer), 'accepted')
    await shop.books(({ live, inTransit }) => live === 3 && inTransit === 0)
    const inRedis = (name: string) => `seckill:{${shop.saleId}.0}:${name}`
    await watched.told('SeckillDrift', {
      ways: ['wecom'],
      async cause() {
        const forget = (redis: RedisClient) => redis.hDel(inRedis('buyers'), '2')
        assert.equal(await askRedis(shop.redis.url, forget), 1)
      },
    })
    await watched.resolved('SeckillDrift', {
      ways: ['wecom'],
      cure: () => askRedis(shop.redis.url, (redis) => redis.del(inRedis('segment'))),
    })
    await shop.books(({ drift, held }) => drift === 0 && held === 3)
  },
)
