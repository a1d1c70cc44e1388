// A fails over to B and B back to A, and neither had got the last writes of the other. The A that comes
// back is the same process, with the same run id, as before, and says something else.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { lag, promote } from '../../support/lost-tail.ts'
import { needsOwnRedis } from '../../support/needs-redis.ts'
import { startRedisCluster } from '../../support/redis-cluster.ts'
import { startRedisSale } from '../../support/redis-sale.ts'

test('A fails over to B and back, and no promise is lost', needsOwnRedis(), async (context) => {
  await using cluster = await startRedisCluster({ primaries: 1, nodeTimeoutMs: 500 })
  const [a, b] = cluster.nodes
  assert(a && b)
  const stockUrl = `redis-cluster://127.0.0.1:${a.port},127.0.0.1:${b.port}`
  await using sale = await startRedisSale({ context, stockUrl })
  await sale.sells(200)
  for (const pair of [
    { primary: a, replica: b },
    { primary: b, replica: a },
  ]) {
    await lag(pair)
    await sale.sells(200)
    const lostBytes = await promote(cluster, { ...pair, stop: 'SIGSTOP' })
    context.diagnostic(`lost ${lostBytes} bytes`)
    assert.ok(lostBytes > 0)
    await sale.rebuilt()
    await sale.sells(200)
    pair.primary.signal('SIGCONT')
    await cluster.settled()
  }
  await sale.ends()
})
