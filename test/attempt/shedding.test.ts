// What is given up while a process is behind, and in which order.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Losable, shedding } from '../../src/attempt/shedding.ts'

test('those who can come back later are shed first, and everybody else one after the other', () => {
  const shed: Losable[] = []
  let delayMs = 0
  const sheds = shedding(() => delayMs, { allAtMs: 1000, shed: (what) => shed.push(what) })
  const given = (ms: number) => {
    delayMs = ms
    return (['entrances', 'decisions', 'attempts'] as const).filter(sheds)
  }
  assert.deepEqual(given(499), [])
  assert.deepEqual(given(500), ['entrances'])
  assert.deepEqual(given(749), ['entrances'])
  assert.deepEqual(given(750), ['entrances', 'decisions'])
  assert.deepEqual(given(1000), ['entrances', 'decisions', 'attempts'])
  assert.deepEqual(given(0), [], 'as soon as it is no longer behind')
  assert.equal(shed.length, 7, 'each is counted')
})
