// How hard a challenge is, by how many were solved lately: from the floor, doubling, to the ceiling.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { difficulty, DIFFICULTY, DOUBLES_EVERY } from '../../src/domain/challenge.ts'
import { solvedChallenges } from '../../src/gateway/solved-challenges.ts'

test('a challenge gets twice as hard with every so many, and never harder than the ceiling', () => {
  const hard = [0, DOUBLES_EVERY - 1, DOUBLES_EVERY, 2 * DOUBLES_EVERY, 4 * DOUBLES_EVERY, 1e9]
  assert.deepEqual(hard.map(difficulty), [50_000, 50_000, 100_000, 200_000, 800_000, 1_000_000])
})

test('it never gets easier by being solved more often', () => {
  let last: number = DIFFICULTY.min
  for (let solved = 0; solved < 10 * DOUBLES_EVERY; solved += 10) {
    const hard = difficulty(solved)
    assert(hard >= last && hard <= DIFFICULTY.max)
    last = hard
  }
})

test('those of the last ten seconds count, and are forgotten one second after the other', () => {
  const T = 1_800_000_000_000
  const solved = solvedChallenges()
  assert.equal(solved.lately(T), 0)
  for (const ms of [0, 0, 999, 1000, 9999]) solved.note(T + ms)
  assert.equal(solved.lately(T + 9999), 5)
  assert.equal(solved.lately(T + 10_000), 2, 'three of them were in the first second')
  solved.note(T + 10_000)
  assert.equal(solved.lately(T + 10_000), 3)
  assert.equal(solved.lately(T + 60_000), 0)
})
