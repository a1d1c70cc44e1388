// The judge of a campaign can say no: given a log with one thing wrong in it, it finds that thing, and
// excuses what a fault on the list explains.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { homeSegment } from '../../src/domain/stock.ts'
import type { Told } from './crowd.ts'
import { type Broken, type Evidence, judge } from './judge.ts'

const SALE = '7'
const SEGMENTS = 3
const EVERY_MS = 100

const answer = (at: number, of: Partial<Told> = {}): Told => ({
  saleId: SALE,
  buyerId: String(at + 1),
  kind: 'attempt',
  outcome: 'accepted',
  sentAt: at,
  at: at + 10,
  by: 'gateway-1',
  orderId: '9',
  ...of,
})

// One attempt after the other, each decided, but for some of them.
const log = (untilMs: number, of: (atMs: number) => Partial<Told> = () => ({})): Told[] =>
  Array.from({ length: untilMs / EVERY_MS }, (_, at) => answer(at * EVERY_MS, of(at * EVERY_MS)))

const busyFrom = (fromMs: number, toMs: number) => (atMs: number) =>
  atMs >= fromMs && atMs < toMs ? { outcome: 'busy' } : {}

const evidence = (of: Partial<Evidence>): Evidence => ({
  told: log(60_000),
  segments: new Map([[SALE, 1]]),
  away: [],
  broken: [],
  lags: [],
  ...of,
})

const fault = (of: Partial<Broken> = {}): Broken => ({
  name: 'something breaks',
  beganAtMs: 10_000,
  healedAtMs: 20_000,
  openAtMs: 40_000,
  shuts: false,
  ...of,
})

suite('a campaign', () => {
  test('in which all is decided at once breaks nothing', () => {
    const { violations, closedMs, slow } = judge(evidence({}))
    assert.deepEqual([violations, closedMs.calm, slow], [[], 0, 0])
  })

  test('that closes a sale for longer than it may is broken, with a fault or without', () => {
    const told = log(60_000, busyFrom(12_000, 30_000))
    const { violations, closedMs } = judge(evidence({ told, broken: [fault()] }))
    assert.deepEqual(violations, ['something breaks: a sale was closed for 18010 ms'])
    assert.equal(closedMs.calm, 0)
    assert.match(judge(evidence({ told })).violations.join(), /^with nothing broken .* 18010 ms$/)
  })

  test('does not count for how long a fault shuts a sale by design', () => {
    const told = log(60_000, busyFrom(12_000, 30_000))
    const { violations, closedMs } = judge(evidence({ told, broken: [fault({ shuts: true })] }))
    assert.deepEqual(violations, [])
    const { longestMs, beyondMs } = closedMs.byFault['something breaks']!
    assert.deepEqual([longestMs, beyondMs], [18_010, 10_010])
  })

  test('tells of two faults at once, and promises nothing of them', () => {
    const told = log(60_000, busyFrom(12_000, 30_000))
    const broken = [fault(), fault({ name: 'another' })]
    const { violations, closedMs } = judge(evidence({ told, broken }))
    assert.deepEqual(violations, [])
    for (const name of ['something breaks', 'another']) {
      const { times, longestMs, longestOfTwoMs } = closedMs.byFault[name]!
      assert.deepEqual([times, longestMs, longestOfTwoMs], [1, 0, 18_010])
    }
  })

  test('sees that one segment of a sale is closed while the others sell', () => {
    const closed = busyFrom(12_000, 30_000)
    const told = log(60_000).map((one) => {
      const isOfFirst = homeSegment(one.buyerId, SEGMENTS) === 0
      return { ...one, ...(isOfFirst && closed(one.sentAt)) }
    })
    const segments = new Map([[SALE, SEGMENTS]])
    const { longestMs } = judge(evidence({ told, segments, broken: [fault()] })).closedMs.byFault[
      'something breaks'
    ]!
    assert(longestMs > 17_000, `${longestMs}`)
  })

  test('does not call a sale closed that nobody asks for any more', () => {
    const before = { ...answer(100, { outcome: 'busy' }), saleId: '6' }
    const { calm } = judge(evidence({ told: [before, ...log(60_000)] })).closedMs
    assert.equal(calm, 10)
  })

  test('with an answer that took too long is broken', () => {
    const told = [...log(60_000), answer(5000, { at: 8001 })]
    const broken = [fault({ beganAtMs: 7000 })]
    const { violations, slow, slowestMs, slowest } = judge(evidence({ told, broken }))
    assert.deepEqual(violations, ['1 answers took longer than 3000 ms'])
    assert.deepEqual([slow, slowestMs], [1, 3001])
    assert.deepEqual(slowest[0]!.during, ['something breaks'])
  })

  test('with a request that had no answer is broken, unless who was asked was away', () => {
    const silent = answer(5000, { outcome: 'no-answer', at: 11_000 })
    const told = [...log(60_000), silent]
    assert.deepEqual(judge(evidence({ told })).violations, ['1 requests had no answer'])
    const away = [{ name: 'gateway-2', fromMs: 10_000, toMs: 12_000 }]
    assert.equal(judge(evidence({ told, away })).violations.length, 1)
    const itself = [{ ...away[0]!, name: 'gateway-1' }]
    assert.deepEqual(judge(evidence({ told, away: itself })).violations, [])
  })

  test('excuses whom its own process kept waiting', () => {
    const told = [...log(60_000), answer(5000, { at: 9000 })]
    const lags = [{ fromMs: 5500, toMs: 8500 }]
    assert.deepEqual(judge(evidence({ told, lags })).violations, [])
  })
})
