// What goes wrong in one place stays there: a segment that cannot be reached, a copy of the sale row that
// comes while another is half taken over.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { redisStock } from '../../src/adapters/redis/stock.ts'
import { EngineError } from '../../src/domain/errors.ts'
import { sampleCopy } from '../contracts/samples.ts'
import { attempt, preheat, readOne, reserve } from '../contracts/stock-steps.ts'
import { needsRedis, sharedRedis } from '../support/needs-redis.ts'
import { HOME, makeRedis } from './redis-setup.ts'

const COUNTER = { strategy: 'counter', segments: 1 } as const

suite('apart', needsRedis(), () => {
  test('a sale out of reach keeps no other sale’s units back, nor marks', async () => {
    await using setup = await makeRedis(await sharedRedis(), COUNTER)
    const { redis, prefix } = setup
    for (const saleId of ['1', '2']) await preheat(setup, { total: 2, saleId })
    const orders = ['1', '2'].map((saleId) => ({ ...attempt('5'), saleId, epoch: 1 }))
    for (const { saleId } of orders) {
      const batch = { saleId, segments: 1, segment: 0, attempts: [attempt('5')] }
      await setup.stock.reserve(batch)
    }
    const lost = () => Promise.reject(new EngineError('STOCK_UNREACHABLE'))
    const evaluate: typeof redis.evaluate = (script, of) =>
      of.keys[0]!.includes('{1.') ? lost() : redis.evaluate(script, of)
    const stock = redisStock({ redis: { ...redis, evaluate }, home: HOME, prefix })
    assert.deepEqual(await stock.record(orders), ['rebuilding', 'recorded'])
    assert.deepEqual(await stock.release(orders), ['rebuilding', 'released'])
    await assert.rejects(stock.readBuyers({ saleId: '1', buyerIds: ['5'] }), {
      code: 'STOCK_UNREACHABLE',
    })
  })

  test('restocks of tokens that overlap add each unit once', async () => {
    const layout = { strategy: 'tokens', segments: 1 } as const
    await using setup = await makeRedis(await sharedRedis(), layout)
    await preheat(setup, { total: 10 })
    const copies = [6000, 12_000].map((restocked, at) => ({
      saleId: '1',
      epoch: 1,
      copy: sampleCopy(setup.time.nowMs(), { version: 2 + at, restocked }),
    }))
    await Promise.all(copies.map((copy) => setup.stock.apply([copy])))
    const { share, available, returning, state } = await readOne(setup.stock)
    assert.deepEqual(
      { share, units: available + returning, state },
      { share: 12_010, units: 12_010, state: 'open' },
    )
    const [taken] = await reserve(setup, [attempt('1')])
    assert.equal(taken?.answer, 'taken')
  })
})
