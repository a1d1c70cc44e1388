// A primary dies in the middle of a herd, and the replica that takes its place has not got its last
// writes: buyers who were promised units hold none in it, and whoever gave up still does.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lag, promote } from '../../support/lost-tail.ts'
import { needsOwnRedis } from '../../support/needs-redis.ts'
import { startRedisCluster } from '../../support/redis-cluster.ts'
import { startRedisSale } from '../../support/redis-sale.ts'

test(
  'a lagging replica becomes primary, and no promise is lost',
  needsOwnRedis(),
  async (context) => {
    await using cluster = await startRedisCluster({ nodeTimeoutMs: 500 })
    const layout = { strategy: 'segmented', segments: 3 }
    await using sale = await startRedisSale({ context, stockUrl: cluster.url, ...layout })
    await sale.sells(200)
    const primary = await cluster.primaryOf(sale.key('segment'))
    const replica = await cluster.replicaOf(primary)
    await lag({ primary, replica })
    await sale.sells(200)
    const lostBytes = await promote(cluster, { primary, replica, stop: 'SIGKILL' })
    context.diagnostic(`lost ${lostBytes} bytes`)
    assert.ok(lostBytes > 0)
    await sale.rebuilt()
    await sale.sells(200)
    await sale.ends()
  },
)
