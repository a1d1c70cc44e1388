// Counting: what several processes counted adds up to what one would have counted, and no percentile is
// off by more than it says.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import {
  addHistogram,
  newHistogram,
  percentilesOf,
  record,
} from '../../src/load/counts/histogram.ts'
import { addTally, countLateness, newTally } from '../../src/load/counts/tally.ts'
import { recordAnswer } from '../../src/load/counts/timeline.ts'
import { split } from '../../src/load/processes/generators.ts'

const SEED = Number(process.env.SEED ?? 20_261_111)

const durations = fc.array(fc.double({ min: 0, max: 60_000, noNaN: true }), {
  minLength: 1,
  maxLength: 300,
})

const histogramOf = (values: number[]) => {
  const histogram = newHistogram()
  for (const value of values) record(histogram, value)
  return histogram
}

suite('a histogram', () => {
  test('of two processes is the sum of theirs', (context) => {
    context.diagnostic(`SEED=${SEED}`)
    fc.assert(
      fc.property(durations, durations, (one, other) => {
        const sum = histogramOf(one)
        addHistogram(sum, histogramOf(other))
        assert.deepEqual(percentilesOf(sum), percentilesOf(histogramOf([...one, ...other])))
      }),
      { seed: SEED },
    )
  })

  test('is off by 0.2 % or a microsecond at most, and never says too little', (context) => {
    context.diagnostic(`SEED=${SEED}`)
    fc.assert(
      fc.property(durations, (values) => {
        const { p50, p999, max } = percentilesOf(histogramOf(values))!
        const sorted = [...values].sort((one, other) => one - other)
        const exact = sorted[Math.ceil(0.5 * values.length) - 1]!
        assert(p50 >= exact - 0.001 && p50 <= exact * 1.002 + 0.001, `${p50}, not ${exact}`)
        assert.equal(max, sorted.at(-1))
        assert(p999 <= max)
      }),
      { seed: SEED },
    )
  })

  test('of nothing has no percentiles', () => {
    assert.equal(percentilesOf(newHistogram()), undefined)
  })
})

suite('a tally', () => {
  test('adds up what processes counted, slice by slice', () => {
    const [one, other] = [newTally(1000), newTally(1000)]
    recordAnswer(one.timeline, { outcome: 'sold-out', plannedMs: 1010, atMs: 1150 })
    recordAnswer(other.timeline, { outcome: 'sold-out', plannedMs: 1120, atMs: 1199 })
    one.sent.opening = 2
    other.sent.opening = 3
    one.ordersAtMs.push(5)
    other.ordersAtMs.push(4)
    addTally(one, other)
    assert.equal(one.sent.opening, 5)
    assert.deepEqual(one.ordersAtMs, [5, 4])
    assert.deepEqual([...one.timeline.outcomes], [[1, new Map([['sold-out', 2]])]])
    assert.deepEqual([...one.timeline.latency.keys()], [0, 1], 'latency by the planned instant')
  })

  test('tells a send that was late from one that waited for a connection', () => {
    const tally = newTally(0)
    countLateness(tally, { plannedMs: 100, postedMs: 100, sentAtMs: 110 })
    countLateness(tally, { plannedMs: 100, postedMs: 100, sentAtMs: 111 })
    countLateness(tally, { plannedMs: 100, postedMs: 150, sentAtMs: 151 })
    const { late, queued, latestMs } = tally
    assert.deepEqual({ late, queued, latestMs }, { late: 2, queued: 1, latestMs: 51 })
  })

  test('connections are split so that none is lost', () => {
    assert.deepEqual(split(7, 3), [3, 2, 2])
    assert.deepEqual(split(2, 3), [1, 1, 0])
  })
})
