// The SQLite stock engine beside the pure model of domain/stock.ts: the same answer to every random
// step, the same reading of every sale and buyer after it, and in every reading
// share = available + returning + held + out.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import * as model from '../../src/domain/stock.ts'
import { makeSqlite, type Sqlite } from '../adapters/sqlite-setup.ts'
import { checkProperty } from './replay.ts'
import { stockSteps } from './stock-steps.ts'
import { compare, type EngineBeside, run, type World, worldOf } from './stock-world.ts'

const RUNS = 250
const STEPS_MIN = 10_000

const engineOf = ({ stock, queue, layout, time }: Sqlite): EngineBeside => ({
  stock,
  layout,
  time,
  // The messages go, and with them the marks of their own epoch.
  async commit({ segments }, max) {
    const signal = new AbortController().signal
    const delivery = await queue.take({ max, waitMs: 0, signal })
    await delivery?.commit()
    for (const { saleId, epoch, orderId, buyerId } of delivery?.messages ?? []) {
      const segment = segments.get(saleId)
      if (segment?.epoch === epoch && segment.buyers.get(buyerId)?.orderId === orderId)
        segment.inTransit.delete(orderId)
    }
    return delivery !== undefined
  },
  tokensFor: (_segment, { stockTokens }) => (stockTokens.length > 0 ? stockTokens : ['a', 'b']),
  batchIs(_saleId, actual, { epoch, reading, answers }) {
    assert.deepEqual(actual, { epoch, reading, answers, queued: true })
  },
  async readingIs(saleId, segment, nowMs) {
    const readings = await stock.read(saleId)
    assert.deepEqual(readings, segment ? [model.readSegment(segment, nowMs)] : [])
    for (const { share, available, returning, held, out, state } of readings)
      if (state === 'open') assert.equal(share, available + returning + held + out)
  },
})

// What the run before left on the queue is nobody's now.
const emptyQueue = async (world: World) => {
  while (await world.engine.commit(world, 1000));
}

test('the SQLite stock engine answers and reads as the model does', async (context) => {
  await using sqlite = await makeSqlite()
  sqlite.database.select('pragma synchronous = off').all() // what is compared is not durability
  const engine = engineOf(sqlite)
  let [runs, orders, steps] = [0, 0, 0]
  const nextOrderId = () => String((orders += 1))

  const property = fc.asyncProperty(stockSteps(140), async (list) => {
    const world = worldOf(engine, { run: (runs += 1), nextOrderId })
    await emptyQueue(world)
    for (const step of list) {
      world.nowMs = sqlite.time.nowMs()
      await run(world, step)
      world.nowMs = sqlite.time.nowMs()
      await compare(world)
      steps += 1
    }
  })

  await checkProperty(context, property, { runs: RUNS, file: import.meta.filename })
  context.diagnostic(`${steps} steps`)
  assert(steps >= STEPS_MIN)
})
