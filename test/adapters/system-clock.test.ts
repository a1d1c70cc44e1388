// The one clock: the store's time on a monotonic one.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { storeClock } from '../../src/adapters/system/clock.ts'
import { until } from '../contracts/contract.ts'

// Renews at every turn, so that a test waits for a renewal and not for a time.
const renewMs = 1

suite('store clock', () => {
  test('it shows the time of the store, in whole milliseconds', async () => {
    const aheadMs = 3_600_000
    await using clock = await storeClock({ readStoreMs: () => Date.now() + aheadMs })
    const nowMs = clock.nowMs()
    assert(Math.abs(nowMs - (Date.now() + aheadMs)) < 1000)
    assert(Number.isInteger(nowMs))
  })

  test('it follows the store when that is ahead', async () => {
    let storeMs = 1_000_000
    await using clock = await storeClock({ readStoreMs: () => storeMs, renewMs })
    storeMs = 9_000_000
    await until(async () => (clock.nowMs() >= 9_000_000 ? true : undefined))
  })

  test('it never goes back, and never stands still', async () => {
    let [storeMs, reads] = [9_000_000, 0]
    const readStoreMs = () => {
      reads += 1
      return storeMs
    }
    await using clock = await storeClock({ readStoreMs, renewMs })
    let last = clock.nowMs()
    storeMs = 1_000_000
    const start = last
    const readsBefore = reads
    await until(async () => {
      const nowMs = clock.nowMs()
      assert(nowMs >= last)
      last = nowMs
      return reads > readsBefore + 3 && nowMs > start + 5 ? true : undefined
    })
  })

  test('a renewal that fails keeps the time it had', async () => {
    let [isAway, reads] = [false, 0]
    const readStoreMs = async () => {
      reads += 1
      if (isAway) throw new Error('the store is away')
      return 5_000_000
    }
    await using clock = await storeClock({ readStoreMs, renewMs })
    isAway = true
    const readsBefore = reads
    await until(async () => (reads > readsBefore + 3 ? true : undefined))
    assert(clock.nowMs() >= 5_000_000 && clock.nowMs() < 5_100_000)
  })

  test('a reading that took long changes nothing when it agrees with the others', async () => {
    const aheadMs = 3_600_000
    let [isSlow, reads] = [false, 0]
    const readStoreMs = async () => {
      reads += 1
      const atMs = performance.now() + aheadMs
      if (isSlow) await new Promise((resolve) => setTimeout(resolve, 200)) // on its way back
      return Math.floor(atMs)
    }
    await using clock = await storeClock({ readStoreMs, renewMs })
    isSlow = true
    const readsBefore = reads
    await until(async () => (reads > readsBefore + 2 ? true : undefined))
    assert(Math.abs(clock.nowMs() - (performance.now() + aheadMs)) < 50)
  })

  test('a clock without a first time is not made', async () => {
    const readStoreMs = async () => {
      throw new Error('the store is away')
    }
    await assert.rejects(storeClock({ readStoreMs }), /away/)
  })

  test('a pause ends when it is aborted, and never rejects', async () => {
    await using clock = await storeClock({ readStoreMs: () => 0 })
    const stopping = new AbortController()
    const pause = clock.pause(60_000, stopping.signal)
    stopping.abort()
    await pause
    await clock.pause(60_000, stopping.signal)
    await clock.pause(1)
  })

  test('stopping twice is fine', async () => {
    const clock = await storeClock({ readStoreMs: () => 0 })
    await clock.stop()
    await clock.stop()
  })
})
