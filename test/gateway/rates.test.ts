// Rates are of whole seconds that are over; what is older than ten of them does not count.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { latencyOf } from '../../src/domain/latency-counts.ts'
import { rates } from '../../src/gateway/rates.ts'

const clock = () => {
  let nowMs = 100_000
  return { nowMs: () => nowMs, pass: (ms: number) => (nowMs += ms) }
}

test('attempts and orders are counted per second, by outcome', () => {
  const { nowMs, pass } = clock()
  const seen = rates(nowMs)
  for (let at = 0; at < 30; at += 1) seen.attempted('accepted', 1)
  for (let at = 0; at < 10; at += 1) seen.attempted('sold-out', 1)
  seen.asked(35)
  seen.recorded(20)
  assert.equal(seen.read().rates.lastSecond.attempts, 0, 'the second is not over')
  pass(1000)
  const { lastSecond, lastTenSeconds } = seen.read().rates
  const { outcomes, ...sums } = lastSecond
  assert.deepEqual(sums, { attempts: 40, asked: 35, accepted: 30, recorded: 20 })
  assert.deepEqual([outcomes.accepted, outcomes['sold-out'], outcomes.busy], [30, 10, 0])
  assert.deepEqual([lastTenSeconds.attempts, lastTenSeconds.recorded], [4, 2])
})

test('what is older than ten seconds is forgotten', () => {
  const { nowMs, pass } = clock()
  const seen = rates(nowMs)
  seen.attempted('busy', 5)
  pass(10_000)
  assert.equal(seen.read().rates.lastSecond.attempts, 0)
  assert.equal(seen.read().rates.lastTenSeconds.attempts, 0.1)
  pass(1000)
  assert.equal(seen.read().rates.lastTenSeconds.attempts, 0)
  assert.deepEqual(seen.read().latency, [])
  seen.attempted('busy', 5)
  pass(1000)
  assert.equal(seen.read().rates.lastSecond.outcomes.busy, 1)
})

test('latencies are told in milliseconds, to two parts in a hundred', () => {
  const { nowMs, pass } = clock()
  const seen = rates(nowMs)
  for (let ms = 1; ms <= 100; ms += 1) seen.attempted('accepted', ms)
  seen.attempted('busy', 1e9)
  pass(1000)
  const { p50Ms, p90Ms, p99Ms, maxMs } = latencyOf([seen.read().latency])!
  const isNear = (value: number, expected: number) => Math.abs(value / expected - 1) < 0.02
  assert(isNear(p50Ms, 51) && isNear(p90Ms, 91) && isNear(p99Ms, 100), `${p50Ms} ${p90Ms} ${p99Ms}`)
  assert(isNear(maxMs, 60_000), 'what takes longer than a minute is a minute')
})
