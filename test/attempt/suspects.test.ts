// Who is suspect is so until its time, and there are never more than so many.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { suspects } from '../../src/attempt/suspects.ts'

const LONG = '9223372036854775807'

test('a suspicion lasts until its time, and the longest counts', () => {
  const known = suspects({ max: 10 })
  assert.equal(known.has('5', 0), false)
  for (const untilMs of [100, 50]) known.add('5', untilMs)
  known.add(LONG, 100)
  for (const buyerId of ['5', LONG])
    assert.deepEqual([known.has(buyerId, 99), known.has(buyerId, 100)], [true, false])
  assert.equal(known.has('9223372036854775806', 99), false)
})

test('of too many the oldest suspicion is dropped', () => {
  const known = suspects({ max: 2 })
  for (const buyerId of ['1', '2', '1', '3']) known.add(buyerId, 100)
  assert.deepEqual(
    ['1', '2', '3'].map((buyerId) => known.has(buyerId, 0)),
    [true, false, true],
  )
})
