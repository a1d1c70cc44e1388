// The buckets and the exact window of one buyer.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { slidingWindow, tokenBucket } from '../../src/attempt/limits.ts'

test('a token bucket gives its burst at once and then its rate', () => {
  const bucket = tokenBucket({ rate: 10, burst: 5 })
  const takes = (nowMs: number, times: number) =>
    Array.from({ length: times }, () => bucket.take(nowMs)).filter((waitMs) => waitMs === 0).length
  assert.equal(takes(0, 20), 5)
  assert.equal(takes(1000, 20), 5, 'never more than the burst')
  assert.equal(takes(1100, 20), 1)
  assert.equal(bucket.take(1100), 100, 'and says when there will be one')
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
        const waitMs = window.take({ saleId: '1', buyerId: '1', quota, nowMs })
        assert.equal(waitMs === 0, recent.length < quota)
        if (waitMs === 0) admitted.push(nowMs)
        else assert.equal(nowMs + waitMs, recent.at(-quota)! + 1000)
      }
    }),
  )
})

test('the window keeps no more buyers than it may', () => {
  const window = slidingWindow({ windowMs: 1000, keysMax: 2 })
  const take = (buyerId: string, nowMs: number) =>
    window.take({ saleId: '1', buyerId, quota: 1, nowMs })
  assert.deepEqual([take('1', 0), take('2', 0)], [0, 0])
  assert.ok(take('3', 0) > 0, 'a third buyer waits')
  assert.equal(take('3', 1000), 0, 'until the next window')
})
