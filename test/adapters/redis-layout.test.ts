// How a sale lies in Redis: evenly, and without leaving anything behind when it lies anew or leaves.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import calculateSlot from 'cluster-key-slot'
import { createClient } from '@redis/client'
import { redisKeys } from '../../src/adapters/redis/keys.ts'
import type { Redis } from '../../src/adapters/redis/redis.ts'
import { redisStock } from '../../src/adapters/redis/stock.ts'
import { EngineError } from '../../src/domain/errors.ts'
import { answersOf, attempt, decide, preheat, readOne, reserve } from '../contracts/stock-steps.ts'
import { needsRedis, sharedRedis } from '../support/needs-redis.ts'
import { HOME, makeRedis } from './redis-setup.ts'

const SLOTS = 16_384
const PRIMARIES = 3

const keysLike = async (prefix: string): Promise<string[]> => {
  const client = await createClient({ url: await sharedRedis() }).connect()
  const keys = await client.keys(`${prefix}:*`)
  client.destroy()
  return keys
}

suite('layout', needsRedis(), () => {
  test('segments lie evenly over the slots, whatever the sale', () => {
    for (const segments of [1, 2, 16, 100])
      for (const saleId of ['1', '2', '999', '9223372036854775807']) {
        const all = redisKeys('seckill').ofSegments(saleId, segments)
        const stripes = all.map(([key]) => Math.floor((calculateSlot(key!) * segments) / SLOTS))
        assert.equal(new Set(stripes).size, segments)
        const primaries = all.map(([key]) => Math.floor((calculateSlot(key!) * PRIMARIES) / SLOTS))
        for (let primary = 0; primary < PRIMARIES; primary += 1) {
          const own = primaries.filter((one) => one === primary).length
          assert(Math.abs(own - segments / PRIMARIES) <= 1.5, `${own} of ${segments}`)
        }
        assert.match(all[0]![0]!, new RegExp(`^seckill:\\{${saleId}\\.0\\}:segment$`))
      }
  })

  test('the keys of one segment are in one slot', () => {
    for (const keys of redisKeys('seckill').ofSegments('7', 16))
      assert.equal(new Set(keys.map((key) => calculateSlot(key))).size, 1)
  })

  test('a sale that begins with another layout leaves nothing of the one before', async () => {
    await using setup = await makeRedis(await sharedRedis(), { strategy: 'segmented', segments: 4 })
    const { stock, prefix } = setup
    await preheat(setup, { total: 8 })
    await decide(setup, { attempts: ['1', '2', '3'].map((id) => attempt(id)) })
    const layout = { saleId: '1', strategy: 'counter', segments: 1 } as const
    assert.equal(await stock.begin({ ...layout, epoch: 2 }), 'begun')
    const { epoch, buyers } = await readOne(stock)
    assert.deepEqual({ epoch, buyers }, { epoch: 2, buyers: 0 })
    const keys = await keysLike(prefix)
    assert(keys.every((key) => key.startsWith(`${prefix}:{1.0}:`)))
  })

  test('nor when its beginning fails half way, and is tried again', async () => {
    await using setup = await makeRedis(await sharedRedis(), { strategy: 'segmented', segments: 4 })
    const { redis, prefix } = setup
    await preheat(setup, { total: 8 })
    let calls = 0
    const failing: Redis = {
      ...redis,
      async evaluate(script, of) {
        if (script.name === 'begin' && (calls += 1) > 1) throw new EngineError('STOCK_UNREACHABLE')
        return redis.evaluate(script, of)
      },
      async remove() {
        throw new EngineError('STOCK_UNREACHABLE')
      },
    }
    for (const segments of [3, 1]) {
      const layout = { saleId: '1', strategy: 'segmented', segments, epoch: 2 } as const
      const broken = redisStock({ redis: failing, home: HOME, prefix })
      calls = 0
      await assert.rejects(broken.begin(layout), { code: 'STOCK_UNREACHABLE' })
      assert.equal(await setup.stock.begin(layout), 'begun')
      const keys = await keysLike(prefix)
      const tags = new Set(keys.map((key) => key.replace(/:[a-z_]+$/, '')))
      assert.equal(tags.size, segments, keys.join(' '))
    }
  })

  test('a gateway that has not heard of a new layout is told to come again', async () => {
    await using setup = await makeRedis(await sharedRedis(), { strategy: 'segmented', segments: 4 })
    await preheat(setup, { total: 8 })
    for (const segments of [1, 2, 16]) {
      const batch = { saleId: '1', segments, segment: 0, attempts: [attempt('1')] }
      const { answers } = await setup.stock.reserve(batch)
      assert.deepEqual(answers, [{ answer: 'rebuilding' }])
    }
    assert.equal((await readOne(setup.stock)).held, 0)
  })

  test('what another home database has left in this Redis counts for nothing', async () => {
    await using setup = await makeRedis(await sharedRedis(), { strategy: 'segmented', segments: 4 })
    const { redis, prefix } = setup
    await preheat(setup, { total: 8 })
    await decide(setup, { attempts: [attempt('1')] })

    const stock = redisStock({ redis, home: 'another', prefix })
    const fresh = { ...setup, stock }
    const buyer = { saleId: '1', buyerIds: ['1'] }
    assert.deepEqual(await stock.read('1'), [])
    assert.deepEqual(await stock.readBuyers(buyer), [undefined])
    assert.deepEqual(await reserve(fresh, [attempt('1')]), [{ answer: 'rebuilding' }])
    await preheat(fresh, { total: 3 }) // of the same epoch
    assert.deepEqual(await stock.readBuyers(buyer), [undefined])
    assert.deepEqual(await answersOf(fresh, [attempt('1')]), ['taken'])

    assert.deepEqual(await answersOf(setup, [attempt('2')]), ['rebuilding'])
    assert.deepEqual(await setup.stock.read('1'), [])
  })

  test('a forgotten sale leaves no key', async () => {
    await using setup = await makeRedis(await sharedRedis(), { strategy: 'segmented', segments: 4 })
    await preheat(setup, { total: 8 })
    await decide(setup, { attempts: [attempt('1')] })
    assert((await keysLike(setup.prefix)).length > 4)
    await setup.stock.forget('1')
    assert.deepEqual(await keysLike(setup.prefix), [])
  })
})
