// Rates and percentiles follow from what was counted.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { percentile } from '../../bench/report/percentile.ts'
import { recordedRate } from '../../bench/report/recorded-rate.ts'

test('what the last batch holds is not counted: it ended after its instant', () => {
  const batches = [
    { atMs: 3000, orders: 700 },
    { atMs: 1000, orders: 1000 },
    { atMs: 2000, orders: 500 },
  ]
  assert.equal(recordedRate(batches), 750)
})

test('of one instant no rate can be said', () => {
  assert.throws(() => recordedRate([{ atMs: 1000, orders: 9 }]), /one batch/)
  assert.throws(() => recordedRate([]), /one batch/)
})

test('a percentile is one of the values, which so many do not exceed', () => {
  const values = Array.from({ length: 200 }, (_, at) => 200 - at)
  assert.equal(percentile(values, 50), 100)
  assert.equal(percentile(values, 99), 198)
  assert.equal(percentile(values, 100), 200)
  assert.equal(percentile([7], 50), 7)
})
