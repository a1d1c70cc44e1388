// The buckets and the exact window of one buyer.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { sharedBucket, slidingWindow, tokenBucket } from '../../src/attempt/limits.ts'

test('a token bucket gives its burst at once and then its rate', () => {
  const bucket = tokenBucket({ rate: 10, burst: 5 })
  const takes = (nowMs: number, times: number) =>
    Array.from({ length: times }, () => bucket.take(nowMs)).filter((waitMs) => waitMs === 0).length
  assert.equal(takes(0, 20), 5)
  assert.equal(takes(1000, 20), 5, 'never more than the burst')
  assert.equal(takes(1100, 20), 1)
  assert.equal(bucket.take(1100), 100, 'and says when there will be one')
})

test('a token bucket that is changed gives nothing away', () => {
  const bucket = tokenBucket({ rate: 10, burst: 10 })
  const takes = (nowMs: number) =>
    Array.from({ length: 50 }, () => bucket.take(nowMs)).filter((waitMs) => waitMs === 0).length
  bucket.change({ rate: 5, burst: 5 })
  assert.equal(takes(0), 5)
  bucket.change({ rate: 10, burst: 40 })
  assert.equal(takes(0), 0)
  assert.deepEqual([takes(500), takes(10_000)], [5, 40])
})

test('gateways let through together what the fleet may, however many there are', () => {
  const whole = { rate: 100, burst: 200 }
  for (const among of [1, 3, 7]) {
    const fleet = Array.from({ length: among }, () => sharedBucket(() => among))
    const takes = (nowMs: number) =>
      fleet.reduce((sum, bucket) => {
        for (;;) {
          if (bucket.take(nowMs, whole) > 0) return sum
          sum += 1
        }
      }, 0)
    const atOnce = takes(0)
    assert(atOnce <= 200 && atOnce > 200 - among, `${atOnce} at once among ${among}`)
    let later = 0
    for (let nowMs = 100; nowMs <= 10_000; nowMs += 100) later += takes(nowMs)
    assert(Math.abs(later - 1000) <= among, `${later} in ten seconds among ${among}`)
  }
})

test("a gateway's part follows the fleet as it grows and shrinks, and is never less than 1", () => {
  let among = 1
  const bucket = sharedBucket(() => among)
  const takes = (nowMs: number) => {
    let taken = 0
    while (bucket.take(nowMs, { rate: 10, burst: 20 }) === 0) taken += 1
    return taken
  }
  among = 2
  assert.equal(takes(0), 10)
  assert.equal(takes(1000), 5)
  among = 100
  assert.deepEqual([takes(2000), takes(3000), takes(60_000)], [1, 1, 1])
  among = 1
  assert.deepEqual([takes(61_000), takes(120_000)], [10, 20])
})

test('a buyer never gets more than the quota in any window, and never less than it could', () => {
  const schedule = fc.array(fc.integer({ min: 0, max: 700 }), { maxLength: 200 })
  fc.assert(
    fc.property(schedule, fc.integer({ min: 1, max: 5 }), (gapsMs, quota) => {
      const window = slidingWindow({ windowMs: 1000, keysMax: 100 })
      const admitted: number[] = []
      let nowMs = 0
      for (const gapMs of gapsMs) {
        nowMs += gapMs
        const recent = admitted.filter((atMs) => atMs > nowMs - 1000)
        const waitMs = window.take({ group: '1', key: '1', quota, nowMs })
        assert.equal(waitMs === 0, recent.length < quota)
        if (waitMs === 0) admitted.push(nowMs)
        else assert.equal(nowMs + waitMs, recent.at(-quota)! + 1000)
      }
    }),
  )
})

test('the window keeps no more buyers than it may', () => {
  const window = slidingWindow({ windowMs: 1000, keysMax: 2 })
  const take = (key: string, nowMs: number) => window.take({ group: '1', key, quota: 1, nowMs })
  assert.deepEqual([take('a', 0), take('b', 0)], [0, 0])
  assert.ok(take('c', 0) > 0, 'a third buyer waits')
  assert.equal(take('c', 1000), 0, 'until the next window')
})

test('what was given back does not count, also when it was taken in the window before', () => {
  const window = slidingWindow({ windowMs: 1000, keysMax: 10 })
  const at = { group: '1', key: 'a' }
  const take = (nowMs: number) => window.take({ ...at, quota: 1, nowMs })
  assert.equal(take(0), 0)
  window.giveBack(at)
  assert.equal(take(900), 0)
  take(1000) // the window turns
  window.giveBack(at)
  assert.equal(take(1001), 0)
  window.giveBack({ group: '1', key: 'nobody' })
})
