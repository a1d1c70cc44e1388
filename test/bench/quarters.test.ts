// What a soak calls growth: the last quarter beside the second one, whatever the first was.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quartersOf } from '../../bench/report/quarters.ts'

test('what has filled in the first quarter and stays has not grown', () => {
  const values = [10, 40, 70, 90, 100, 101, 99, 100, 100, 102, 98, 100, 100, 101, 100, 99]
  assert.deepEqual(quartersOf(values), { second: 100, last: 100, ratio: 1, met: true })
})

test('what grows on is found, and one sample of it is not', () => {
  const grows = Array.from({ length: 40 }, (_, at) => 100 + at)
  const { ratio, met } = quartersOf(grows)
  assert.deepEqual([ratio, met], [1.175, false])
  const once = grows.map((_, at) => (at === 35 ? 900 : 100))
  assert.equal(quartersOf(once).met, true)
})

test('what was none and is some has grown, and what shrinks has not', () => {
  assert.equal(quartersOf([0, 0, 0, 0, 0, 0, 1, 1]).met, false)
  assert.equal(quartersOf([0, 0, 0, 0, 0, 0, 0, 0]).met, true)
  assert.equal(quartersOf([9, 9, 9, 9, 5, 5, 5, 5]).met, true)
})
