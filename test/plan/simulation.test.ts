// The model of the funnel: the same seed gives the same minute, no unit is made or lost whoever dies, every
// buyer hears the end, and where arithmetic knows how long a line takes, the model says the same.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import type { Funnel } from '../../src/plan/simulation/funnel.ts'
import { simulate } from '../../src/plan/simulation/simulate.ts'

// What buyers are told who are refused for a limit of the sale.
const COMES_AGAIN_MS_MAX = 3000

const SMALL: Funnel = {
  seed: 1,
  forMs: 1000,
  withinMs: 60_000,
  buyers: 20_000,
  units: 300,
  clickEveryMs: undefined,
  gateways: {
    machines: 2,
    processesEach: 2,
    connections: 50_000,
    refusedMs: 0.02,
    askedMs: 0.03,
    acceptedMs: 0.1,
  },
  redis: {
    segments: 2,
    primaries: 2,
    callMs: 0.02,
    refusedMs: 0.001,
    acceptedMs: 0.003,
    networkMs: 1,
  },
  wordMs: 5,
  queuePerSecond: 100_000,
  salePerSecond: 1e9,
  saleBurst: 1e9,
  winnersMax: 10_000,
  cancelled: 0,
  lost: { gatewayAtMs: undefined, redisAtMs: undefined, failoverMs: 500, rebuildMs: 300 },
}

const answered = ({ outcomes }: ReturnType<typeof simulate>, ...names: (keyof typeof outcomes)[]) =>
  names.reduce((sum, name) => sum + (outcomes[name] ?? 0), 0)

suite('the model', () => {
  test('the same seed gives the same course, and another seed another', () => {
    assert.deepEqual(simulate(SMALL), simulate(SMALL))
    assert.notDeepEqual(simulate(SMALL), simulate({ ...SMALL, seed: 2 }))
  })

  test('every unit is sold, each once, and everybody has a final answer', () => {
    const told = simulate(SMALL)
    assert.deepEqual(told.sold, {
      units: 300,
      accepted: 300,
      cancelled: 0,
      held: 300,
      heldMost: 300,
      left: 0,
    })
    assert.equal(answered(told, 'accepted', 'already-reserved', 'sold-out'), SMALL.buyers)
    assert.equal(told.unanswered, 0)
  })

  test('no unit is made or lost, whoever dies when, with cancellations', () => {
    const instant = fc.option(fc.integer({ min: 0, max: 1500 }), { nil: undefined })
    const run = fc.record({
      seed: fc.nat(),
      units: fc.integer({ min: 1, max: 5000 }),
      cancelled: fc.double({ min: 0, max: 1, noNaN: true }),
      gatewayAtMs: instant,
      redisAtMs: instant,
    })
    fc.assert(
      fc.property(run, ({ seed, units, cancelled, gatewayAtMs, redisAtMs }) => {
        const lost = { ...SMALL.lost, gatewayAtMs, redisAtMs }
        const of = { ...SMALL, buyers: 3000, seed, units, cancelled, lost }
        const told = simulate(of)
        assert(told.isExact)
        assert.equal(told.unanswered, 0)
        assert(told.sold.accepted - told.sold.cancelled <= units)
      }),
      { numRuns: 30 },
    )
  })

  test('units that come back are sold again', () => {
    const forMs = 40_000
    const { sold } = simulate({ ...SMALL, forMs, clickEveryMs: 2000, buyers: 2000, cancelled: 0.2 })
    assert(sold.cancelled > 0)
    assert.equal(sold.heldMost, SMALL.units)
    assert(sold.accepted > SMALL.units)
  })
})

suite('lines', () => {
  test('what a core cannot do at once it does one after the other: the last waits for all', () => {
    const one = { ...SMALL.gateways, machines: 1, processesEach: 1, refusedMs: 0.1, askedMs: 0.1 }
    const { finalAnswerMs, endedAfterMs } = simulate({
      ...SMALL,
      units: 1,
      gateways: { ...one, connections: 100 },
    })
    const allMs = SMALL.buyers * one.refusedMs
    assert(Math.abs(endedAfterMs / allMs - 1) < 0.02, `${endedAfterMs}`)
    assert(Math.abs(finalAnswerMs!.p50 / ((allMs - SMALL.forMs) / 2) - 1) < 0.05)
    assert(Math.abs(finalAnswerMs!.max / (allMs - SMALL.forMs) - 1) < 0.05)
  })

  test('who is behind by a second sheds, when connections let so many in', () => {
    const one = { ...SMALL.gateways, machines: 1, processesEach: 1, refusedMs: 0.2, askedMs: 0.2 }
    const told = simulate({ ...SMALL, gateways: one })
    assert(answered(told, 'busy') > 0)
  })

  test('a limit below the rate makes buyers wait for as long as it takes', () => {
    const salePerSecond = 2000
    const told = simulate({ ...SMALL, salePerSecond, saleBurst: salePerSecond })
    assert(answered(told, 'rate-limited') > SMALL.buyers / 2)
    const allMs = ((SMALL.buyers - salePerSecond) / salePerSecond) * 1000
    const lateMs = told.endedAfterMs - allMs
    assert(lateMs > 0 && lateMs < COMES_AGAIN_MS_MAX + 1000, `${told.endedAfterMs}`)
  })

  test('while a primary is gone and the sale is rebuilt nothing is decided, and then all is', () => {
    const lost = { ...SMALL.lost, redisAtMs: 0 }
    const told = simulate({ ...SMALL, lost })
    assert(answered(told, 'busy') > 0)
    assert(answered(told, 'rebuilding') > 0)
    const { seconds, perSecond } = told.overTime
    const first = seconds[perSecond.accepted!.findIndex((rate) => rate > 0)]!
    assert(first >= 0.7, `${first}`)
    assert.equal(told.sold.held, SMALL.units)
  })
})
