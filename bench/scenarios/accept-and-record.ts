// S7: the whole engine in one process accepts orders over HTTP and records them, durable as in
// production. A turn ends when every order it was promised is in the ledger; the figure counts orders
// that are both accepted and recorded.

import assert from 'node:assert/strict'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { signedRequest } from '../load/requests.ts'
import { type Engine, startEngine } from '../servers/start-engine.ts'
import { SIGNING_SECRET } from '../servers/start-program.ts'
import { measureInTurns, type Turn } from './measure-in-turns.ts'
import { type Bench, buyersOf, type Part, type Scenario } from './scenario.ts'

export const acceptAndRecord: Scenario = {
  scenario: 'S7',
  what: 'orders accepted and recorded over HTTP by one process, durable settings; each buyer once',
  measure: async (bench) => [await measureOrders(bench)],
}

const WARM_UP = 10_000 // orders
const TURN = 30_000 // orders
const STOCK = 10_000_000
const USE = { buyers: 0, other: 1 } // of buyer ids

const measureOrders = async (bench: Bench): Promise<Part> => {
  const count = TURN / bench.shrink
  await using engine = await startEngine(bench)
  const saleId = await engine.makeSale({ stock: STOCK })
  const signed = { saleId, signingSecret: SIGNING_SECRET }
  const orders = WARM_UP + bench.pairs * count
  const buyers = buyersOf(bench, { use: USE.buyers, count: orders })
  await bench.generator.build({ crowd: 'buyers', ...signed, buyers })
  const samples = await measureInTurns(bench, {
    engine,
    crowd: 'buyers',
    warmUp: WARM_UP,
    count,
    from: (pair) => WARM_UP + pair * count,
    request: signedRequest(signed, buyersOf(bench, { use: USE.other, count: 1 }).first),
    finish: (turn) => untilRecorded(engine, turn),
  })
  const books = await engine.audit(saleId)
  assert.deepEqual(
    { live: books.live, drift: books.drift, oversold: books.oversold },
    { live: orders + 1, drift: 0, oversold: 0 },
    'every accepted order is in the books once',
  )
  return { part: 'orders', what: acceptAndRecord.what, target: 0.45, unit: 'orders/s', samples }
}

const RECORDED_WITHIN_MS = 60_000
const LOOK_EVERY_MS = 5

const untilRecorded = async (engine: Engine, turn: Turn) => {
  assert.deepEqual(turn.statuses, { 202: turn.count })
  const lateMs = performance.now() + RECORDED_WITHIN_MS
  while ((await engine.inTransit()) > 0) {
    assert(performance.now() < lateMs, 'the orders are recorded in time')
    await sleep(LOOK_EVERY_MS)
  }
  const recordedAtMs = performance.timeOrigin + performance.now()
  const recordedPerSecond = (turn.count / (recordedAtMs - turn.startedAtMs)) * 1000
  return { value: recordedPerSecond, acceptedPerSecond: turn.perSecond, recordedPerSecond }
}
