// What of a new result is more than the noise of the old one.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { movedSince } from '../../bench/report/moved.ts'
import type { Result } from '../../bench/report/result.ts'
import { median } from '../../bench/report/result.ts'

const resultOf = (ratios: number[]) =>
  ({
    scenario: 'S1',
    commit: '0123456789',
    unit: 'refused/s',
    baseline: 100_000,
    value: 80_000,
    ratio: median(ratios),
    samples: ratios.map((ratio) => ({ ratio, value: 80_000, baseline: 100_000 })),
  }) as Result

const OLD = resultOf([0.7, 0.8, 0.9])

test('a median that the other run has seen as well has not moved', () => {
  assert.deepEqual(movedSince(OLD, resultOf([0.6, 0.71, 0.72])), [])
  assert.deepEqual(
    movedSince(OLD, resultOf([0.95, 0.95, 0.75])),
    [],
    'the new one has seen the old',
  )
})

test('medians that neither run has seen of the other have moved', () => {
  assert.deepEqual(movedSince(OLD, resultOf([0.5, 0.6, 0.75])), ['S1: 0.8 → 0.6 since 0123456'])
})

test('what was never committed, or is counted otherwise now, is compared with nothing', () => {
  const moved = resultOf([0.5, 0.6, 0.75])
  assert.deepEqual(movedSince(undefined, moved), [])
  assert.deepEqual(movedSince({ ...OLD, unit: 'orders/s' }, moved), [])
})
