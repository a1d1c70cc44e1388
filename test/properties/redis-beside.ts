// What is Redis's own when it stands beside the model: marks that live in Redis, units that have names,
// units that lie in several segments or are on their way between two of them.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { Redis } from '../../src/adapters/redis/redis.ts'
import { redisKeys } from '../../src/adapters/redis/keys.ts'
import { redisStock } from '../../src/adapters/redis/stock.ts'
import * as model from '../../src/domain/stock.ts'
import type { HeldOrder } from '../../src/ports/stock.ts'
import { HOME, type RedisSetup } from '../adapters/redis-setup.ts'
import { type EngineBeside, tokensHeld } from './stock-world.ts'

export const redisBeside = (setup: RedisSetup): EngineBeside => {
  const { stock, layout, time } = setup
  const isSegmented = layout.segments > 1
  const published: HeldOrder[] = [] // and not yet recorded
  return {
    stock,
    layout,
    time,
    async commit({ segments }, max) {
      const orders = published.splice(0, max)
      const expected = orders.map((order) => {
        const segment = segments.get(order.saleId)
        return segment ? model.record(segment, order) : 'rebuilding'
      })
      assert.deepEqual(await stock.record(orders), expected)
      return orders.length > 0
    },
    tokensFor: (segment, held) => (layout.strategy === 'tokens' ? freeOf(segment, held) : []),
    batchIs(saleId, actual, { segment, ...expected }) {
      for (const answer of actual.answers)
        if (answer.answer === 'taken') {
          published.push({ saleId, ...answer })
          if (layout.strategy === 'tokens') adopt(segment!, answer)
        }
      assert.deepEqual(actual.answers, expected.answers)
      if (segment?.state !== 'open') assert.equal(actual.reading.left, Infinity)
      else if (!isSegmented) assert.deepEqual(actual, { ...expected, queued: false })
      else if (actual.reading.left !== Infinity && !hasEnded(actual.answers))
        assert.equal(actual.reading.left, expected.reading.left)
    },
    async readingIs(saleId, segment, nowMs) {
      const readings = await stock.read(saleId)
      const expected = segment && model.readSegment(segment, nowMs)
      for (const { share, available, returning, held, out, state } of readings)
        if (state === 'open') assert.equal(share, available + returning + held + out)
      if (isSegmented) assertSum(readings, expected)
      else assert.deepEqual(readings.map(timeless), expected ? [timeless(expected)] : [])
      if (layout.strategy === 'tokens' && segment?.state === 'open')
        assert.deepEqual(await tokensIn(setup, saleId), freeTokens(segment))
    },
  }
}

// What is left of a sale that is over matters to nobody, so a transfer that got stuck is not finished
// before it is read, and its units may be in two segments.
const hasEnded = (answers: model.Reserved[]) => answers.some(({ answer }) => answer === 'ended')

// Its time to rest goes on while it is read.
const timeless = ({ restsMs, ...reading }: model.SegmentReading) => ({
  ...reading,
  rests: restsMs !== Infinity,
})

// A unit that is given away twice while its transfer is not done counts once: it is in one of the two.
const assertSum = (
  readings: model.SegmentReading[],
  expected: model.SegmentReading | undefined,
): void => {
  const sum = (
    name: 'share' | 'available' | 'returning' | 'held' | 'out' | 'inTransit' | 'buyers',
  ) => readings.reduce((all, one) => all + one[name], 0)
  if (expected === undefined) return assert.deepEqual(readings, [])
  const twice = sum('share') - expected.share
  assert(twice >= 0 && twice <= sum('out'), 'only units on their way are in two segments')
  assert(readings.every(({ state, epoch }) => state === expected.state && epoch === expected.epoch))
  assert.deepEqual(
    {
      available: sum('available') + sum('out') - twice,
      returning: sum('returning'),
      held: sum('held'),
      inTransit: sum('inTransit'),
      buyers: sum('buyers'),
      saleVersions: readings.map(({ saleVersion }) => saleVersion),
    },
    {
      available: expected.available,
      returning: expected.returning,
      held: expected.held,
      inTransit: expected.inTransit,
      buyers: expected.buyers,
      saleVersions: readings.map(() => expected.saleVersion),
    },
  )
}

// The lowest numbers that nobody else has, or those the order has already.
const freeOf = (segment: model.Segment | undefined, held: model.Held): string[] => {
  const others = [...(segment?.buyers.values() ?? [])].filter((one) => one.buyerId !== held.buyerId)
  const taken = new Set(others.flatMap(({ stockTokens }) => stockTokens))
  const own = held.stockTokens
  if (own.length === held.units && !own.some((token) => taken.has(token))) return own
  const free: string[] = []
  for (let number = 1; free.length < held.units; number += 1)
    if (!taken.has(String(number))) free.push(String(number))
  return free
}

// The engine says which units were taken: as many as asked, of this sale, and nobody's before.
const adopt = (segment: model.Segment, taken: model.Held): void => {
  const { buyerId, units, stockTokens } = taken
  const held = new Set(tokensHeld(segment))
  assert.equal(new Set(stockTokens).size, units)
  for (const token of stockTokens) {
    assert(Number(token) >= 1 && Number(token) <= segment.share, `${token} is a unit of this sale`)
    assert(!held.has(token), `${token} is held by nobody else`)
  }
  segment.buyers.get(buyerId)!.stockTokens.push(...stockTokens)
}

const freeTokens = (segment: model.Segment): string[] => {
  const held = new Set(tokensHeld(segment))
  const all = Array.from({ length: segment.share }, (_, at) => String(at + 1))
  return all.filter((token) => !held.has(token)).toSorted()
}

const asked = (source: string, keys: number) => {
  const sha1 = createHash('sha1').update(source).digest('hex')
  return { name: 'asked by a test', source, sha1, keys }
}

const TOKENS = asked(`#!lua flags=no-writes\nreturn redis.call('SMEMBERS', KEYS[1])`, 1)
const TIME = asked(`#!lua flags=no-writes\nreturn redis.call('TIME')`, 1)

const tokensIn = async ({ redis, prefix }: RedisSetup, saleId: string): Promise<string[]> => {
  const tokens = redisKeys(prefix).ofFirst(saleId)[4]!
  return ((await redis.evaluate(TOKENS, { keys: [tokens], args: [] })) as string[]).toSorted()
}

export const redisTimeMs = async ({ redis, prefix }: RedisSetup): Promise<number> => {
  const time = (await redis.evaluate(TIME, { keys: [prefix], args: [] })) as [string, string]
  return Number(time[0]) * 1000 + Math.floor(Number(time[1]) / 1000)
}

// Begins a move and gives up after so many calls, as a gateway does that dies.
export const moveALittle = async (
  { redis, prefix }: RedisSetup,
  of: { saleId: string; from: number; to: number; units: number; calls: number },
): Promise<void> => {
  let calls = 0
  const dying: Redis = {
    ...redis,
    async evaluate(script, at) {
      if (script.name !== 'read_layout' && (calls += 1) > of.calls) throw new Error('dead')
      return redis.evaluate(script, at)
    },
  }
  const { saleId, from, to, units } = of
  await redisStock({ redis: dying, home: HOME, prefix })
    .move({ saleId, from, to, units })
    .catch((error: Error) => assert.equal(error.message, 'dead'))
}
