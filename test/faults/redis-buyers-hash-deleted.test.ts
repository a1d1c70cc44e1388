// Somebody deletes one key of a sale: who holds units, or any other of its five. The rest of it looks
// well, but nothing is decided on a part: attempts are answered `rebuilding` until all of it is there.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { askRedis, askUntil } from '../support/ask-redis.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { startRedisSale } from '../support/redis-sale.ts'
import { startRedis } from '../support/redis-server.ts'

const KEYS = ['buyers', 'segment', 'in_transit', 'returning', 'tokens']

// There is no `returning` while nothing returns.
const remove = (url: string, key: string) =>
  askUntil(
    () => askRedis(url, (redis) => redis.del(key)),
    (removed) => removed === 1,
    { withinMs: 5000, wanted: `${key} is deleted` },
  )

test('a sale that lost one key is rebuilt, whichever it is', needsOwnRedis(), async (context) => {
  await using redis = await startRedis()
  await using sale = await startRedisSale({ context, stockUrl: redis.url, strategy: 'tokens' })
  for (const name of KEYS) {
    await sale.sells(150)
    await remove(redis.url, sale.key(name))
    await sale.rebuilt()
  }
  assert.ok(sale.count('rebuilding') > 0, 'buyers were told')
  const { epoch } = await sale.ends()
  assert.equal(epoch, 1 + KEYS.length, 'each has cost one rebuild')
})
