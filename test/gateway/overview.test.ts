// The overview: what goes on now, read once or watched, and in nobody's way.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { figuresAlone } from '../../src/adapters/system/figures.ts'
import { metrics as newMetrics } from '../../src/gateway/metrics.ts'
import { overview } from '../../src/gateway/overview.ts'
import { processFigures } from '../../src/gateway/process-figures.ts'
import { makeSqlite } from '../adapters/sqlite-setup.ts'
import { sampleProduct, sampleSale } from '../contracts/samples.ts'
import { type Engine, eventually, startEngine, VIEWER } from '../support/engine.ts'

const read = async (engine: Engine) => (await engine.look('/api/admin/overview')).body

test('it shows attempts, orders, latencies and units', async () => {
  await using engine = await startEngine()
  const saleId = await engine.sale({ stock: 5 })
  const tokens = await engine.tokens(saleId, ['1', '2', '3'])
  for (const token of tokens) await engine.attempt(saleId, token)
  const seen = await eventually(
    () => read(engine),
    ({ rates: { lastTenSeconds }, sales }) =>
      lastTenSeconds.recorded >= 0.3 && sales[0]?.inTransit === 0,
  )
  assert.equal(seen.rates.lastTenSeconds.attempts, 0.3)
  assert.equal(seen.rates.lastTenSeconds.outcomes.accepted, 0.3)
  assert.equal(seen.rates.lastTenSeconds.asked, 0.3)
  assert(seen.latency.p50Ms > 0 && seen.latency.maxMs >= seen.latency.p99Ms)
  assert(seen.eventLoopDelay.maxMs > 0)
  assert.deepEqual(seen.queue, { messages: 0, oldestAgeMs: 0 })
  const units = { total: 5, available: 2, returning: 0, held: 3, inTransit: 0, inTransfer: 0 }
  assert.deepEqual(seen.sales, [{ saleId, title: 'A sale', engine: 'open', ...units }])
})

test('it is of all processes together, and says when of others nothing is known', async () => {
  await using of = await alone()
  const { figures, own, ports, seen } = of
  const second = { ...own().rates.lastSecond, attempts: 4, recorded: 2 }
  const rates = { lastSecond: second, lastTenSeconds: second }
  const eventLoopDelay = { p99Ms: 1e6, maxMs: 1e6 }
  const other = { ...own(), process: 'another', uptimeSeconds: 9, eventLoopDelay, rates }
  await figures.tell({ ...other, breakers: { stock: 3, promise: 1 }, latency: [[5, 10]] })
  const view = await seen.read()
  assert.deepEqual([view.rates.lastSecond.attempts, view.rates.lastSecond.recorded], [4, 2])
  assert.deepEqual([view.breakers, view.eventLoopDelay], [{ stock: 3, promise: 1 }, eventLoopDelay])
  assert.equal(view.latency?.p99Ms, 0.005)
  const names = view.processes.map(({ process }) => process)
  assert.deepEqual([view.isWhole, names], [true, ['another', 'this']])
  figures.read = () => Promise.reject(new Error('out of reach'))
  await ports.time.pass(1000)
  const { isWhole, processes } = await seen.read()
  assert.deepEqual([isWhole, processes.map(({ process }) => process)], [false, ['this']])
})

const watch = (engine: Engine) =>
  fetch(`${engine.url}/api/admin/overview/events`, {
    headers: { authorization: `Bearer ${VIEWER}` },
  })

test('who watches gets it every second, and the stream ends when the process stops', async () => {
  const engine = await startEngine()
  const response = await watch(engine)
  assert.equal(response.headers.get('content-type'), 'text/event-stream')
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  const { value } = await reader.read()
  const [, text] = /^event: overview\ndata: (.*)\n\n$/.exec(value!)!
  assert.deepEqual(Object.keys(JSON.parse(text!)), Object.keys(await read(engine)))
  const startedMs = performance.now()
  await engine[Symbol.asyncDispose]()
  assert(performance.now() - startedMs < 2000, 'nobody who watches holds up the stop')
  let isOver = false
  while (!isOver) isOver = (await reader.read()).done
})

const alone = async () => {
  const ports = await makeSqlite()
  const metrics = newMetrics(ports)
  const own = processFigures({ ...ports, process: 'this', role: 'all', version: '0', metrics })
  const figures = figuresAlone()
  const seen = overview({ ports: { ...ports, figures }, own })
  return { figures, own, ports, seen, [Symbol.asyncDispose]: () => ports[Symbol.asyncDispose]() }
}

test('it is read at most once a second, however many ask', async () => {
  await using of = await alone()
  const { ports, seen } = of
  const [first, second] = await Promise.all([seen.read(), seen.read()])
  assert.equal(second, first)
  const { productId } = await ports.catalog.createProduct(sampleProduct, 'test')
  await ports.catalog.createSale(sampleSale({ productId }), 'test')
  await ports.time.pass(999)
  assert.equal(await seen.read(), first)
  await ports.time.pass(1)
  const later = await seen.read()
  assert.deepEqual([later.uptimeSeconds, later.sales[0]?.engine], [1, 'absent'])
})

test('who does not read is dropped, and the others go on', async () => {
  await using of = await alone()
  const { ports, seen } = of
  const [idle, reading] = [seen.watch()!, seen.watch()!]
  idle.on('error', assert.fail)
  let heard = 0
  reading.on('data', () => (heard += 1))
  for (let seconds = 0; !idle.destroyed; seconds += 1) {
    assert(seconds < 1000, 'it is dropped some day')
    await ports.time.pass(1000)
    await seen.look()
    await turn()
  }
  assert(!reading.destroyed && heard > 1)
})

test('there is room for fifty who watch, and for one more when one has gone', async () => {
  await using of = await alone()
  const { seen } = of
  const streams = Array.from({ length: 50 }, () => seen.watch()!)
  assert.equal(seen.watch(), undefined)
  streams[0]!.destroy()
  await turn()
  const last = seen.watch()
  assert.notEqual(last, undefined)
  seen.close()
  assert.equal(seen.watch(), undefined)
  for (const stream of streams) stream.destroy()
})
