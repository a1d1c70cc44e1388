// Whom a crowd of many sales asks for.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { zipf } from '../../bench/load/zipf.ts'

test('the first comes twice as often as the second, and a hundred times as often as the hundredth', () => {
  const saleAt = zipf(1000)
  const times = Array(1000).fill(0)
  for (let at = 0; at < 1_000_000; at += 1) times[saleAt(at)] += 1
  const first = 1_000_000 / times.map((_, at) => 1 / (at + 1)).reduce((sum, one) => sum + one)
  for (const k of [1, 2, 10, 100, 1000])
    assert(Math.abs(times[k - 1] - first / k) < (0.02 * first) / k + 2, `${k}: ${times[k - 1]}`)
})

test('of one there is no choice', () => {
  assert.deepEqual([0, 1, 2, 99].map(zipf(1)), [0, 0, 0, 0])
})
