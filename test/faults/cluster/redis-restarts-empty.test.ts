// kill -9 of a Redis that keeps nothing, and it is back at once, empty: all of it, or one primary of
// three, which is faster than its replica can be promoted and takes the replica's copy with it. What was
// promised is in the home book, and the sale is loaded again from there.

import { test } from 'node:test'
import { needsOwnRedis } from '../../support/needs-redis.ts'
import { startRedisCluster } from '../../support/redis-cluster.ts'
import { startRedisSale } from '../../support/redis-sale.ts'
import { startRedis } from '../../support/redis-server.ts'

const SEGMENTED = { strategy: 'segmented', segments: 3 }

test('a Redis that comes back empty is loaded again', needsOwnRedis(), async (context) => {
  await using redis = await startRedis()
  await using sale = await startRedisSale({ context, stockUrl: redis.url, ...SEGMENTED })
  await sale.sells(200)
  await redis.restart({ emptied: true })
  await sale.rebuilt()
  await sale.sells(200)
  await sale.ends()
})

test(
  'one primary of three that comes back empty is loaded again',
  needsOwnRedis(),
  async (context) => {
    await using cluster = await startRedisCluster()
    await using sale = await startRedisSale({ context, stockUrl: cluster.url, ...SEGMENTED })
    await sale.sells(200)
    const primary = await cluster.primaryOf(sale.key('segment'))
    await primary.restart()
    await sale.rebuilt()
    await sale.sells(200)
    await sale.ends()
  },
)
