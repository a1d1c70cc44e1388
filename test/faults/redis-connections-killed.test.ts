// Every connection to Redis is cut, again and again, under load. What was on its way is unknown: its
// buyers are told so, nothing is sent a second time, and the sweep finds what was taken without an
// answer. No connection is worth a rebuild.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { askRedis } from '../support/ask-redis.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { startRedisSale } from '../support/redis-sale.ts'
import { startRedis } from '../support/redis-server.ts'

const KILLS = 20
const EVERY_MS = 150

test(
  'a sale goes on while its connections to Redis are killed',
  needsOwnRedis(),
  async (context) => {
    await using redis = await startRedis()
    await using sale = await startRedisSale({ context, stockUrl: redis.url })
    await sale.sells(100)
    const before = sale.count('accepted')
    for (let kill = 0; kill < KILLS; kill += 1) {
      await sleep(EVERY_MS) // the fault itself
      await askRedis(redis.url, (client) =>
        client.sendCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']),
      )
    }
    assert.ok(sale.count('accepted') > before, 'it went on meanwhile')
    assert.ok(sale.count('busy') > 0, 'and was interrupted')
    await sale.sells(100)
    const { epoch } = await sale.ends()
    assert.equal(epoch, 1)
  },
)
