// What the metrics of a running engine say: of each sale what is so now, and nothing of one that is gone
// or cannot be read; and each thing that happened once.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import packageFile from '../../package.json' with { type: 'json' }
import { build } from '../../src/gateway/build.ts'
import { metrics as newMetrics } from '../../src/gateway/metrics.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { watchedAttempts } from '../../src/processes/watched-attempts.ts'
import { type Around, wiringBetween } from '../support/between-ports.ts'
import { type Engine, eventually, OPERATOR, startEngine } from '../support/engine.ts'
import { PRODUCTION } from '../support/server.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { startRedis } from '../support/redis-server.ts'

const shown = async (engine: Engine): Promise<string[]> =>
  String((await engine.look('/metrics')).body).split('\n')

const valueOf = (lines: string[], name: string): number | undefined => {
  const line = lines.find((one) => one.startsWith(`${name} `))
  return line === undefined ? undefined : Number(line.slice(name.length + 1))
}

// Waits until a metric, written as it is there, has this value; undefined: is not there.
const shows = async (engine: Engine, name: string, value: number | undefined) => {
  let lines: string[] = []
  const ask = async () => valueOf((lines = await shown(engine)), name)
  await eventually(ask, (found) => found === value)
  return lines
}

const buyersOf = (count: number) => Array.from({ length: count }, (_, at) => String(at + 1))

suite('metrics', () => {
  let engine: Engine
  let isAway: string | undefined // the call that fails now
  const around: Around = (name, call) =>
    name === isAway ? Promise.reject(new Error('gone')) : call()

  before(async () => {
    const settings = { SECKILL_RECONCILE_EVERY_MS: '1000' }
    engine = await startEngine(settings, undefined, wiringBetween(around))
  })
  after(() => engine[Symbol.asyncDispose]())

  test('units of a sale are shown by where they are, and what was given back is counted once', async () => {
    const saleId = await engine.sale({ stock: 10 })
    const tokens = await engine.tokens(saleId, buyersOf(3))
    const orders: string[] = []
    for (const token of tokens) orders.push((await engine.attempt(saleId, token)).body.orderId)
    const where = (name: string) => `seckill_stock_units{sale="${saleId}",where="${name}"}`
    await shows(engine, where('live'), 3)
    await shows(engine, where('inTransit'), 0)
    const cancel = () =>
      engine.request('POST', `/api/orders/${orders[0]}/cancel`, { credential: tokens[0] })
    assert.deepEqual([(await cancel()).status, (await cancel()).status], [200, 200])
    await shows(engine, where('live'), 2)
    const lines = await shows(engine, where('available'), 8)
    for (const [name, value] of Object.entries({
      'seckill_attempts_total{outcome="accepted"}': 3,
      seckill_attempt_seconds_count: 3,
      seckill_engine_attempts_total: 3,
      'seckill_orders_total{decision="recorded"}': 3,
      seckill_click_to_recorded_seconds_count: 3,
      'seckill_orders_released_total{reason="cancelled"}': 1,
      'seckill_orders_released_total{reason="expired"}': 0,
      [where('held')]: 2,
      [where('returning')]: 0,
      [where('inTransfer')]: 0,
      [`seckill_sale_closed{sale="${saleId}"}`]: 0,
      [`seckill_drift_orders{sale="${saleId}"}`]: 0,
      [`seckill_oversold_units{sale="${saleId}"}`]: 0,
      [`seckill_unaccounted_units{sale="${saleId}",book="home"}`]: 0,
      [`seckill_unaccounted_units{sale="${saleId}",book="engine"}`]: 0,
      [`seckill_in_transit_oldest_seconds{sale="${saleId}"}`]: 0,
      seckill_ready: 1,
    }))
      assert.equal(valueOf(lines, name), value, name)
    const comparedAt = valueOf(lines, `seckill_reconciled_timestamp_seconds{sale="${saleId}"}`)!
    assert(Math.abs(comparedAt - Date.now() / 1000) < 60)
  })

  test('attempts that are answered from memory are not among those the engine was asked about', async () => {
    const before = await shown(engine)
    const saleId = await engine.sale({ stock: 1 })
    const tokens = await engine.tokens(saleId, buyersOf(30))
    await engine.attempt(saleId, tokens[0]!)
    await Promise.all(tokens.map((token) => engine.attempt(saleId, token)))
    await Promise.all(tokens.map((token) => engine.attempt(saleId, token)))
    const lines = await shown(engine)
    const grew = (name: string) => valueOf(lines, name)! - valueOf(before, name)!
    assert.equal(grew('seckill_attempt_seconds_count'), 61)
    const asked = grew('seckill_engine_attempts_total')
    assert(asked >= 1 && asked < 61, `${asked} of 61`)
  })

  test('units that cannot be read are not shown as they were, and all else is', async () => {
    const saleId = await engine.sale({ stock: 10 })
    const name = `seckill_stock_units{sale="${saleId}",where="available"}`
    await shows(engine, name, 10)
    isAway = 'ledger.readEpochs'
    const lines = await shows(engine, name, undefined)
    isAway = undefined
    assert.equal(valueOf(lines, `seckill_sale_closed{sale="${saleId}"}`), undefined)
    assert.equal(valueOf(lines, 'seckill_promises_broken_total'), 0)
    await shows(engine, name, 10)
  })

  test('a sale whose rebuild does not come to its end is closed, and no drift is told of it', async () => {
    const startsAt = new Date(Date.now() + 600_000).toISOString()
    const saleId = await engine.sale({ stock: 10, startsAt })
    const [closed, drift] = ['sale_closed', 'drift_orders'].map(
      (name) => `seckill_${name}{sale="${saleId}"}`,
    )
    await shows(engine, closed!, 0)
    await shows(engine, drift!, 0)
    isAway = 'ledger.seal'
    const edited = engine.request('PATCH', `/api/admin/sales/${saleId}`, {
      credential: OPERATOR,
      body: { stock: 20 },
      headers: { 'if-match': '*' },
    })
    await shows(engine, closed!, 1)
    await shows(engine, drift!, undefined)
    isAway = undefined
    await edited
    await shows(engine, closed!, 0)
    assert((valueOf(await shown(engine), 'seckill_rebuild_seconds_count') ?? 0) > 0)
    await shows(engine, drift!, 0)
  })

  test('books that are not compared any more are not shown, but when they were is, growing old', async () => {
    const saleId = await engine.sale({ stock: 10 })
    const [drift, at] = ['drift_orders', 'reconciled_timestamp_seconds'].map(
      (name) => `seckill_${name}{sale="${saleId}"}`,
    ) as [string, string]
    await shows(engine, drift, 0)
    isAway = 'ledger.readBooks'
    const lines = await shows(engine, drift, undefined)
    isAway = undefined
    const ageS = Date.now() / 1000 - valueOf(lines, at)!
    assert(ageS > 2, `${ageS} s`) // three comparisons, of a second each, should have come
    await shows(engine, drift, 0)
  })

  test('nothing is shown of a sale that has left the engine', async () => {
    const startsAt = new Date(Date.now() + 600_000).toISOString()
    const saleId = await engine.sale({ stock: 10, startsAt })
    await shows(engine, `seckill_drift_orders{sale="${saleId}"}`, 0)
    const { status } = await engine.request('DELETE', `/api/admin/sales/${saleId}`, {
      credential: OPERATOR,
      body: { reason: 'a test' },
    })
    assert.equal(status, 204)
    const count = async () =>
      (await shown(engine)).filter((line) => line.includes(`sale="${saleId}"`)).length
    await eventually(count, (lines) => lines === 0)
  })

  test('the program is named, with the commit that git has checked out', async () => {
    const of = `version="${packageFile.version}",commit="${build()}",node="${process.version}"`
    assert.equal(valueOf(await shown(engine), `seckill_build_info{${of}}`), 1)
  })
})

test('an attempt that ends in a bug is counted, whenever it does', async () => {
  const clock = { nowMs: () => 0 }
  const queue = { lag: async () => ({ messages: 0, oldestAtMs: undefined }) }
  const metrics = newMetrics({ clock, queue } as unknown as Ports)
  const bug = new Error('a bug')
  const ask = (end: Parameters<typeof watchedAttempts>[0]) =>
    watchedAttempts(end, metrics)({} as Parameters<typeof end>[0])
  assert.throws(
    () =>
      ask(() => {
        throw bug
      }),
    bug,
  )
  await assert.rejects(async () => ask(() => Promise.reject(bug)), bug)
  assert.deepEqual(await ask(() => ({ outcome: 'paused' })), { outcome: 'paused' })
  assert.deepEqual(await ask(async () => ({ outcome: 'ended' })), { outcome: 'ended' })
  assert.match(await metrics.registry.metrics(), /^seckill_attempts_failed_total 2$/m)
})

test('a Redis that is gone is down, and up again when it is back', needsOwnRedis(), async () => {
  await using redis = await startRedis()
  const { SECKILL_SECRET } = PRODUCTION
  await using engine = await startEngine({ SECKILL_SECRET, SECKILL_STOCK_URL: redis.url })
  const up = 'seckill_dependency_up{dependency="stock"}'
  await shows(engine, up, 1)
  await redis.stop()
  const lines = await shows(engine, up, 0)
  assert.equal(valueOf(lines, 'seckill_ready'), 0)
  await redis.restart()
  await shows(engine, up, 1)
})
