// How far behind a process is: seen in the turn it is in, and in the one before.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { eventLoopDelay } from '../../src/gateway/event-loop-delay.ts'

const set = () => {
  const time = { nowMs: 1000 }
  const pause = (ms: number) => sleep(ms)
  return { time, pause, delay: eventLoopDelay({ pause }, () => time.nowMs) }
}

test('within a turn it grows with the age of the turn, and the next turn begins anew', async () => {
  const { time, delay } = set()
  assert.equal(delay.ms(), 0)
  time.nowMs += 300
  assert.equal(delay.ms(), 300)
  await turn()
  await turn()
  assert.equal(delay.ms(), 0)
})

test('a turn in which nobody was heard shows by timers that were late', async () => {
  const delay = eventLoopDelay({ pause: (ms) => sleep(ms) }, () => performance.now())
  const looking = delay.look()
  const untilMs = performance.now() + 200
  while (performance.now() < untilMs); // the process does something else
  await looking
  assert(delay.ms() > 100, `${delay.ms()} ms`)
  let seenMs = Infinity
  for (let looks = 0; looks < 20 && seenMs > 50; looks += 1) {
    await delay.look()
    seenMs = delay.ms()
  }
  assert(seenMs <= 50, 'and is forgotten with the next look')
})
