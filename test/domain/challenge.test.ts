// How hard a challenge is, by how many were given out lately: from the floor, doubling, to the ceiling.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { difficulty, DIFFICULTY, DOUBLES_EVERY } from '../../src/domain/challenge.ts'
import { givenChallenges } from '../../src/gateway/given-challenges.ts'

test('a challenge gets twice as hard with every so many, and never harder than the ceiling', () => {
  const hard = [0, DOUBLES_EVERY - 1, DOUBLES_EVERY, 2 * DOUBLES_EVERY, 4 * DOUBLES_EVERY, 1e9]
  assert.deepEqual(hard.map(difficulty), [50_000, 50_000, 100_000, 200_000, 800_000, 1_000_000])
})

test('it never gets easier by being asked for more often', () => {
  let last: number = DIFFICULTY.min
  for (let given = 0; given < 10 * DOUBLES_EVERY; given += 10) {
    const hard = difficulty(given)
    assert(hard >= last && hard <= DIFFICULTY.max)
    last = hard
  }
})

test('those of the last ten seconds count, and are forgotten one second after the other', () => {
  const T = 1_800_000_000_000
  const given = givenChallenges()
  assert.deepEqual([given.note(T), given.note(T), given.note(T + 999)], [0, 1, 2])
  assert.deepEqual([given.note(T + 1000), given.note(T + 9999)], [3, 4])
  assert.equal(given.note(T + 10_000), 2, 'three of them were in the first second')
  assert.equal(given.note(T + 60_000), 0)
})
