// What a campaign may be asked for.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Misunderstood, readAsked } from './asked.ts'

for (const asked of [
  ['--minutes', 'many'],
  ['--minutes', '-1'],
  ['--seed', 'x'],
  ['--seed', '1.5'],
  ['--only', 'no such fault'],
  ['--hours', '1'],
  ['--suites', '--seed', '1'],
])
  test(`a campaign with ${asked.join(' ')} is refused in one line`, () => {
    assert.throws(
      () => readAsked(asked),
      (error: Error) => error instanceof Misunderstood && !error.message.includes('\n'),
    )
  })

test('a campaign without words is its suites and some seconds of chance, and with a seed the latter', () => {
  const { isRandomOnly, isSuitesOnly, isKept } = readAsked([])
  assert.deepEqual([isRandomOnly, isSuitesOnly, isKept], [false, false, false])
  assert.deepEqual(readAsked(['--seed', '7']).draw, { minutes: 0.2, seed: 7 })
  assert.equal(readAsked(['--seed', '7']).isRandomOnly, true)
  assert.equal(readAsked(['--minutes', '3']).isKept, true)
})
