// Redis refuses to write while it has no replica (NOREPLICAS): nothing is decided, everybody is told
// `busy`, and nothing is lost. When the replica is back the sale goes on where it was, without a rebuild.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needsOwnRedis } from '../../support/needs-redis.ts'
import { startRedisSale } from '../../support/redis-sale.ts'
import { startRedis } from '../../support/redis-server.ts'

test('a Redis without the replica it needs loses nothing', needsOwnRedis(), async (context) => {
  await using primary = await startRedis({ args: ['--min-replicas-to-write', '1'] })
  await using replica = await startRedis({ replicaOf: primary })
  await using sale = await startRedisSale({ context, stockUrl: primary.url })
  await sale.sells(200)
  replica.signal('SIGKILL')
  await sale.reaches('busy', 300)
  const closed = sale.count('accepted')
  await sale.reaches('busy', 300)
  assert.equal(sale.count('accepted'), closed, 'nothing is sold meanwhile')
  await replica.restart()
  await sale.sells(200)
  const { epoch } = await sale.ends()
  assert.equal(epoch, 1)
})
