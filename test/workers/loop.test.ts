// The loop every worker runs in.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Clock } from '../../src/ports/clock.ts'
import { startLoop } from '../../src/workers/loop.ts'

// A clock whose pauses end when the test says so, or when they are aborted.
const steppedClock = () => {
  const pauses: { ms: number; end: () => void }[] = []
  const clock: Clock = {
    nowMs: () => 0,
    pause: (ms, signal) =>
      new Promise((resolve) => {
        pauses.push({ ms, end: resolve })
        signal?.addEventListener('abort', () => resolve())
      }),
  }
  return { clock, pauses }
}

const turn = () => new Promise((resolve) => setImmediate(resolve))

test('a step that found something is repeated at once, one that did not rests', async () => {
  const { clock, pauses } = steppedClock()
  const found = [true, true, false, true, false]
  const step = async () => found.shift() ?? false
  const loop = startLoop({ name: 'test', step, idleMs: 7, clock, failed: () => assert.fail() })
  await turn()
  assert.deepEqual([found.length, pauses.map(({ ms }) => ms)], [2, [7]])
  pauses[0]!.end()
  await turn()
  assert.deepEqual([found.length, pauses.length], [0, 2])
  await loop.stop()
})

test('a step that fails is tried again after growing pauses, without end', async () => {
  const { clock, pauses } = steppedClock()
  const seen: number[] = []
  let broken = true
  const step = async () => {
    if (broken) throw new Error('the store is away')
    return false
  }
  const failed = (_error: unknown, failures: number) => void seen.push(failures)
  const loop = startLoop({ name: 'test', step, idleMs: 7, clock, failed })
  for (let count = 0; count < 9; count += 1) {
    await turn()
    pauses.at(-1)!.end()
  }
  await turn()
  assert.deepEqual(
    pauses.slice(0, 7).map(({ ms }) => ms),
    [50, 100, 200, 400, 800, 1000, 1000],
  )
  assert.deepEqual([seen.length, loop.failures()], [10, 10])
  broken = false
  pauses.at(-1)!.end()
  await turn()
  assert.equal(loop.failures(), 0, 'one good step and all is well')
  await loop.stop()
})

test('stopping waits for the step that runs, and may be asked twice', async () => {
  const { clock } = steppedClock()
  const { promise, resolve } = Promise.withResolvers<boolean>()
  let aborted = false
  const step = (signal: AbortSignal) => {
    signal.addEventListener('abort', () => (aborted = true))
    return promise
  }
  const loop = startLoop({ name: 'test', step, idleMs: 7, clock, failed: () => assert.fail() })
  let stopped = false
  const stopping = Promise.all([loop.stop(), loop.stop()]).then(() => (stopped = true))
  await turn()
  assert.deepEqual([aborted, stopped], [true, false])
  resolve(true)
  await stopping
  assert.ok(stopped)
})
