// A primary is paused, its replica takes its place, and it wakes up and does not know: until it hears of
// it, it executes what waits in its sockets and answers as if it still counted.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needsOwnRedis } from '../../support/needs-redis.ts'
import { startRedisCluster } from '../../support/redis-cluster.ts'
import { startRedisSale } from '../../support/redis-sale.ts'

test(
  'a primary that slept through its replacement harms nobody',
  needsOwnRedis(),
  async (context) => {
    await using cluster = await startRedisCluster({ nodeTimeoutMs: 500 })
    const [first] = cluster.nodes
    assert(first)
    const stockUrl = `redis-cluster://127.0.0.1:${first.port}` // the only node in the settings
    const layout = { strategy: 'segmented', segments: 3 }
    await using sale = await startRedisSale({ context, stockUrl, ...layout })
    await sale.sells(200)

    // For so long that the others elect its replica, and the sale goes on without it.
    const second = await cluster.replicaOf(first)
    first.signal('SIGSTOP')
    await cluster.promoted(second)
    await sale.rebuilt()
    first.signal('SIGCONT')
    await sale.sells(200)
    await cluster.settled()

    // For a moment: whatever is sent to it meanwhile is executed when it wakes up.
    second.signal('SIGSTOP')
    await cluster.failover(first, { takeover: true })
    second.signal('SIGCONT')
    await sale.rebuilt()
    await sale.sells(200)
    await cluster.settled()
    await sale.ends()
  },
)
