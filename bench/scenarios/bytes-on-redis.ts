// S8: how much memory a buyer who holds a unit takes in Redis, while his order is in transit and from then
// on. What Redis has allocated (used_memory) with a crowd, less what it had for the same sale without: so
// tables with their empty places count, which is why crowds of several sizes are measured.

import assert from 'node:assert/strict'
import { batchesOf, connectFleet, decide, openSale } from '../load/drive-engine.ts'
import { redisAttempts } from '../load/redis-attempts.ts'
import { askRedis, askUntil, fieldsOf } from '../../test/support/ask-redis.ts'
import { startBenchRedis } from '../servers/start-redis.ts'
import { type Bench, buyersOf, type Part, type Sample, type Scenario } from './scenario.ts'

const WHAT =
  'bytes of Redis memory for a buyer with a unit; ids as long as they become: orders 19 digits, buyers 10'

// Tables double at powers of two: the fullest and the emptiest are among these.
const CROWDS = [100_000, 131_000, 132_000, 200_000, 262_000]

const TARGETS = { transit: 200, live: 120 }
const BATCH = 256

export const bytesOnRedis: Scenario = {
  scenario: 'S8',
  what: WHAT,
  connections: 1,
  async measure(bench) {
    const all: Awaited<ReturnType<typeof measureCrowd>>[] = []
    for (const crowd of CROWDS) all.push(await measureCrowd(bench, crowd))
    const part = (name: string, what: string, kind: keyof typeof TARGETS): Part => {
      const target = TARGETS[kind]
      const samples = all.map((of): Sample => {
        return { ratio: of[kind] / target, value: of[kind], baseline: null }
      })
      return { part: name, what, target, bound: 'at-most', unit: 'bytes a buyer', samples }
    }
    const sizes = `${CROWDS.join(', ')} buyers`
    return [
      part('in transit', `until the order is recorded; ${sizes}`, 'transit'),
      part('live', `from then on; ${sizes}`, 'live'),
    ]
  },
}

const measureCrowd = async (bench: Bench, count: number) => {
  await using redis = await startBenchRedis(bench.cores.server)
  const [node] = redis.nodes
  const stocks = async (use: (stock: Fleet) => Promise<void>) => {
    await using fleet = await connectFleet(redis.url, 1)
    await use(fleet.stocks)
  }
  const sale = { segments: 1, units: 2 * count }
  const attempts = redisAttempts().of(buyersOf(bench, { use: 0, count }))
  const batches = batchesOf(attempts, { segments: 1, batch: BATCH })
  await stocks(([stock]) => openSale(stock!, sale))
  const empty = await restingBytes(node!)
  await stocks(async (all) => {
    const told = await decide(all, batches)
    assert.deepEqual(told, { taken: count })
  })
  const transit = await restingBytes(node!)
  await stocks(async ([stock]) => {
    for (const { saleId, attempts } of batches)
      await stock!.record(attempts.map((attempt) => ({ saleId, ...attempt })))
  })
  const live = await restingBytes(node!)
  return { transit: (transit - empty) / count, live: (live - empty) / count }
}

type Fleet = Awaited<ReturnType<typeof connectFleet>>['stocks']

// A table that grows is moved bit by bit, and both are there until then; connections that were closed
// are freed a little later.
const restingBytes = async (node: string): Promise<number> => {
  let before = -1
  let same = 0
  const look = async () => {
    const memory = fieldsOf(await askRedis(node, (redis) => redis.info('memory')))
    const bytes = Number(memory.get('used_memory'))
    same = bytes === before ? same + 1 : 0
    before = bytes
    return same
  }
  await askUntil(look, (times) => times >= 10, { withinMs: 10_000, wanted: 'memory is at rest' })
  return before
}
