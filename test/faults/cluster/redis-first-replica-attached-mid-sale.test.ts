// A Redis gets its first replica in the middle of a sale, and with it a new name for its history. To the
// engine that is what a promotion is: the sale is rebuilt once, for nothing, and breaks no promise.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needsOwnRedis } from '../../support/needs-redis.ts'
import { startRedisSale } from '../../support/redis-sale.ts'
import { startRedis } from '../../support/redis-server.ts'

test(
  'a first replica in the middle of a sale costs a rebuild',
  needsOwnRedis(),
  async (context) => {
    await using primary = await startRedis()
    await using sale = await startRedisSale({ context, stockUrl: primary.url })
    await sale.sells(200)
    await using _replica = await startRedis({ replicaOf: primary })
    await sale.rebuilt()
    await sale.sells(200)
    const { epoch } = await sale.ends()
    assert.equal(epoch, 2)
  },
)
