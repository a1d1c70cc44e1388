// Traces, as a collector gets them: every step of a traced order in one trace, whichever process took it,
// and every rebuild in another. A collector that is away, or does not answer, holds nobody up.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { orderTrace, rebuildTrace } from '../../src/domain/trace.ts'
import { otlpExporter } from '../../src/adapters/otlp-http/exporter.ts'
import { readConfig } from '../../src/config.ts'
import { type Around, wiringBetween } from '../support/between-ports.ts'
import { type Engine, eventually, startEngine } from '../support/engine.ts'
import { needsOwnRedis } from '../support/needs-redis.ts'
import { startRedis } from '../support/redis-server.ts'
import { PRODUCTION, startServer } from '../support/server.ts'
import { type CollectedSpan, type Collector, startCollector } from '../support/trace-collector.ts'
import { operator } from '../support/operator.ts'

const tracesTo = ({ url }: Pick<Collector, 'url'>, share = '1') => ({
  SECKILL_TRACES_URL: url,
  SECKILL_TRACES_SAMPLE: share,
})

const buy = async (engine: Engine, headers: Record<string, string> = {}) => {
  const saleId = await engine.sale({ stock: 10 })
  const [token] = await engine.tokens(saleId, ['9'])
  const path = `/api/sales/${saleId}/attempts`
  const { body } = await engine.request('POST', path, { credential: token, headers })
  assert.equal(body.outcome, 'accepted')
  return { saleId, token: token!, path, orderId: body.orderId as string }
}

const spansOf = (collector: Collector, traceId: string, names: string[]) =>
  eventually(
    async () => collector.spans.filter((span) => span.traceId === traceId),
    (spans) => names.every((name) => spans.some((span) => span.name === name)),
  )

const named = (spans: CollectedSpan[], name: string) => spans.find((span) => span.name === name)!

// Each span has its own reading of a clock that is set right once a second, on a machine that stands still at
// times.
const NEAR_MS = 50

const CALLER = { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) }
const TRACEPARENT = { traceparent: `00-${CALLER.traceId}-${CALLER.spanId}-01` }

suite('traces', () => {
  test('every step of an order is in the trace that its id names', async () => {
    await using collector = await startCollector()
    await using engine = await startEngine(tracesTo(collector))
    const { orderId } = await buy(engine)
    const { traceId, spanId } = orderTrace(orderId)
    const steps = ['reserve', 'word', 'decide', 'write']
    const spans = await spansOf(collector, traceId, ['attempt', ...steps])
    const attempt = named(spans, 'attempt')
    assert.deepEqual([attempt.spanId, attempt.parentSpanId], [spanId, undefined])
    assert.equal(attempt.attributes['seckill.outcome'], 'accepted')
    assert.equal(attempt.resource['service.name'], 'seckill')
    for (const step of steps) assert.equal(named(spans, step).parentSpanId, spanId, step)
    const [reserve, word] = [named(spans, 'reserve'), named(spans, 'word')]
    assert(attempt.startMs <= reserve.startMs + NEAR_MS && reserve.endMs <= word.startMs + NEAR_MS)
    assert(word.endMs <= attempt.endMs + NEAR_MS)
    assert(Math.abs(attempt.endMs - Date.now()) < 60_000)
    assert.deepEqual(collector.faults, [])
  })

  test("an order is linked to its caller's trace; a refusal goes on with it", async () => {
    await using collector = await startCollector()
    await using engine = await startEngine(tracesTo(collector))
    const { orderId, path } = await buy(engine, TRACEPARENT)
    const ofOrder = await spansOf(collector, orderTrace(orderId).traceId, ['attempt'])
    assert.deepEqual(named(ofOrder, 'attempt').links, [CALLER])
    await engine.request('POST', path, { credential: 'forged', headers: TRACEPARENT })
    const [refused] = await spansOf(collector, CALLER.traceId, ['attempt'])
    assert.equal(refused!.parentSpanId, CALLER.spanId)
    assert.equal(refused!.attributes['seckill.outcome'], 'unauthorized')
  })

  test('an attempt that comes again is another part of the same trace', async () => {
    await using collector = await startCollector()
    await using engine = await startEngine(tracesTo(collector))
    const { orderId, path, token } = await buy(engine)
    await engine.request('POST', path, { credential: token })
    const { traceId, spanId } = orderTrace(orderId)
    const attempts = await eventually(
      async () =>
        collector.spans.filter((one) => one.traceId === traceId && one.name === 'attempt'),
      (found) => found.length === 2,
    )
    const [again] = attempts.filter((span) => span.spanId !== spanId)
    assert.equal(again!.parentSpanId, spanId)
    assert.equal(again!.attributes['seckill.outcome'], 'already-reserved')
  })

  test('a rebuild is a trace of its steps', async () => {
    await using collector = await startCollector()
    await using engine = await startEngine(tracesTo(collector, '0'))
    const { saleId } = await buy(engine)
    const { traceId, spanId } = rebuildTrace({ saleId, epoch: 1 })
    const steps = ['raise', 'begin', 'drain', 'seal', 'open']
    const spans = await spansOf(collector, traceId, ['rebuild', ...steps])
    const starts = steps.map((step) => named(spans, step).startMs)
    assert.deepEqual(
      starts,
      starts.toSorted((a, b) => a - b),
    )
    assert.equal(named(spans, 'rebuild').spanId, spanId)
    for (const step of steps) assert.equal(named(spans, step).parentSpanId, spanId, step)
    assert.equal(collector.spans.filter(({ name }) => name === 'attempt').length, 0)
  })

  test('a step of a rebuild that fails is shown as one', async () => {
    await using collector = await startCollector()
    let isAway = true
    const around: Around = (name, call) => {
      if (name !== 'ledger.seal' || !isAway) return call()
      isAway = false
      return Promise.reject(new Error('gone'))
    }
    await using engine = await startEngine(
      tracesTo(collector, '0'),
      undefined,
      wiringBetween(around),
    )
    const saleId = await engine.sale({ stock: 1 })
    const { traceId } = rebuildTrace({ saleId, epoch: 1 })
    const spans = await spansOf(collector, traceId, ['raise', 'seal'])
    assert.deepEqual([named(spans, 'raise').failed, named(spans, 'seal').failed], [false, true])
  })

  test('a collector that is away costs a count and a line of the log', async () => {
    await using collector = await startCollector()
    collector.answer('badly')
    const port = { SECKILL_OPERATIONS_PORT: '0', SECKILL_LOG_LEVEL: 'warn' }
    const env = { ...tracesTo(collector), ...port }
    await using server = await startServer({ env })
    const [, operations] = /(http:\S+)\/metrics/.exec(server.output())!
    const dropped = async () => {
      const text = await (await fetch(`${operations}/metrics`)).text()
      return Number(/^seckill_trace_spans_total\{result="dropped"\} (\d+)$/m.exec(text)?.[1])
    }
    const shop = operator(server)
    const make = async () => {
      const before = await dropped()
      await shop.makeSale({ stock: 1 })
      await eventually(dropped, (count) => count > before)
    }
    await make()
    await make()
    const lines = server.output().match(/"msg":"traces were dropped"/g)
    assert.equal(lines?.length, 1)
    assert.match(server.output(), /"failure":"answered 503"/)
  })

  test('a collector that never answers holds up a stop for a second at most', async () => {
    await using collector = await startCollector()
    collector.answer('never')
    await using folder = await startEngine(tracesTo(collector))
    await buy(folder)
    await eventually(
      async () => collector.requests(),
      (count) => count > 0,
    )
    const startedMs = performance.now()
    await folder[Symbol.asyncDispose]()
    const tookMs = performance.now() - startedMs
    assert(tookMs < 3000, `${tookMs} ms`) // with all the rest, on a machine that is busy
  })

  test('publishing is a part of it where the engine is no queue', needsOwnRedis(), async () => {
    await using redis = await startRedis()
    await using collector = await startCollector()
    const { SECKILL_SECRET } = PRODUCTION
    const settings = { SECKILL_SECRET, SECKILL_STOCK_URL: redis.url, ...tracesTo(collector) }
    await using engine = await startEngine(settings)
    const { orderId } = await buy(engine)
    const { traceId } = orderTrace(orderId)
    const spans = await spansOf(collector, traceId, ['attempt', 'publish', 'word', 'decide'])
    const [publish, word] = [named(spans, 'publish'), named(spans, 'word')]
    assert(word.startMs <= publish.startMs + 1 && publish.endMs <= word.endMs + 1)
  })
})

test('more spans than have room are dropped and counted', async () => {
  await using collector = await startCollector()
  const { add, flush } = otlpExporter({ url: collector.url, resource: {}, queueMax: 1000 })
  const span = { ...orderTrace('1'), name: 'attempt', startedAtMs: 1.7e12, endedAtMs: 1.7e12 + 0.5 }
  for (let count = 0; count < 1500; count += 1) add({ ...span, attributes: { count } })
  const { signal } = new AbortController()
  assert.deepEqual(await flush(signal), { sent: 1000, dropped: 500, failure: undefined })
  assert.equal(collector.requests(), 2)
  assert.deepEqual(await flush(signal), { sent: 0, dropped: 0, failure: undefined })
  assert.deepEqual(collector.faults, [])
  assert.equal(collector.spans[0]!.endMs - collector.spans[0]!.startMs, 0.5)
})

test('a collector that nobody could ask, and a share that is none, are refused', () => {
  const read = (name: string, value: string) => () => readConfig({ [name]: value }, '/nowhere')
  for (const url of ['collector:4318', 'ftp://x/', 'http://me:word@collector/'])
    assert.throws(read('SECKILL_TRACES_URL', url), /SECKILL_TRACES_URL: expected an address like/)
  for (const share of ['', '-1', '1.1', 'all'])
    assert.throws(read('SECKILL_TRACES_SAMPLE', share), /SECKILL_TRACES_SAMPLE: expected a share/)
})
