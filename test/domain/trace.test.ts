// Which orders are traced, and by which ids.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { orderIds } from '../../src/domain/ids.ts'
import { isTraced, orderTrace, readTraceparent, rebuildTrace } from '../../src/domain/trace.ts'

const ORDERS = 100_000

// As one gateway makes them for many buyers, a few in each millisecond.
const orders = (): string[] => {
  const ids = orderIds(() => ({ nodeId: 7, untilMs: Infinity }))
  return Array.from({ length: ORDERS }, (_, at) =>
    ids(String(at + 1), Date.UTC(2026, 10, 11) + Math.floor(at / 20))!,
  )
}

test('about the share that is wanted is traced, and always the same orders', () => {
  const all = orders()
  for (const share of [0.001, 0.01, 0.5]) {
    const traced = all.filter((orderId) => isTraced(orderId, share))
    const deviation = Math.abs(traced.length - share * ORDERS)
    assert(deviation < 5 * Math.sqrt(share * ORDERS), `${traced.length} of ${share}`)
    assert(traced.every((orderId) => isTraced(orderId, share)))
  }
  assert(all.every((orderId) => isTraced(orderId, 1) && !isTraced(orderId, 0)))
})

test('every order and every rebuild has ids of its own, of the right length', () => {
  const traces = [
    ...['1', '250352803216736256', String(2n ** 63n - 1n)].map(orderTrace),
    ...[1, 2, 70_000].map((epoch) => rebuildTrace({ saleId: '1', epoch })),
    rebuildTrace({ saleId: '2', epoch: 1 }),
  ]
  for (const { traceId, spanId } of traces) {
    assert.match(traceId, /^(?!0{32})[0-9a-f]{32}$/)
    assert.match(spanId, /^(?!0{16})[0-9a-f]{16}$/)
  }
  assert.equal(new Set(traces.map(({ traceId }) => traceId)).size, traces.length)
})

const [TRACE, SPAN] = ['ab'.repeat(16), 'cd'.repeat(8)]

test("a caller's trace is read as the recommendation says, and nothing else is", () => {
  const wanted = { traceId: TRACE, spanId: SPAN }
  for (const good of [
    `00-${TRACE}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}-00`,
    `01-${TRACE}-${SPAN}-01-x`,
  ])
    assert.deepEqual(readTraceparent(good), wanted, good)
  for (const bad of [
    '',
    `ff-${TRACE}-${SPAN}-01`,
    `00-${'0'.repeat(32)}-${SPAN}-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE.toUpperCase()}-${SPAN}-01`,
    `00-${TRACE}-${SPAN}`,
    `00-${TRACE.slice(1)}-${SPAN}-01`,
  ])
    assert.equal(readTraceparent(bad), undefined, bad)
})
