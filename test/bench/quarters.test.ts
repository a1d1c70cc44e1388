// What a soak calls growth: the last quarter beside the second one, whatever the first was.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { quartersOf } from '../../bench/report/quarters.ts'

test('what has filled in the first quarter and stays has not grown', () => {
  const values = [10, 40, 70, 90, 100, 101, 99, 100, 100, 102, 98, 100, 100, 101, 100, 99]
  assert.deepEqual(quartersOf(values, 'amounts'), { second: 100, last: 100, ratio: 1, met: true })
})

test('what grows on is found, and one sample of it is not', () => {
  const grows = Array.from({ length: 40 }, (_, at) => 100 + at)
  const { ratio, met } = quartersOf(grows, 'amounts')
  assert.deepEqual([ratio, met], [1.175, false])
  const once = grows.map((_, at) => (at === 35 ? 900 : 100))
  assert.equal(quartersOf(once, 'amounts').met, true)
})

test('what was none and is some has grown, and what shrinks has not', () => {
  assert.equal(quartersOf([0, 0, 0, 0, 0, 0, 1, 1], 'amounts').met, false)
  assert.equal(quartersOf([0, 0, 0, 0, 0, 0, 0, 0], 'amounts').met, true)
  assert.equal(quartersOf([9, 9, 9, 9, 5, 5, 5, 5], 'amounts').met, true)
})

test('one connection more is no growth, and two of ten are', () => {
  const more = (last: number) => quartersOf([10, 10, 10, 10, 10, 10, last, last], 'ones').met
  assert.deepEqual([more(11), more(12)], [true, false])
})
