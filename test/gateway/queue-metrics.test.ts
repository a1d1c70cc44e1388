// What the metrics say of the queue: its lag as it is now, and nothing while it does not answer.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { metrics } from '../../src/gateway/metrics.ts'
import type { QueueLag } from '../../src/ports/order-queue.ts'

test('a queue that does not answer takes its own numbers with it, and no others', async () => {
  let lag: () => Promise<QueueLag> = async () => ({ messages: 5, oldestAtMs: 1000 })
  const clock = { nowMs: () => 4000, pause: () => Promise.resolve() }
  const queue = { lag: () => lag() }
  const { registry } = metrics({ queue: queue as Parameters<typeof metrics>[0]['queue'], clock })
  const shown = async () => {
    const lines = (await registry.metrics()).split('\n')
    assert(lines.includes('seckill_promises_broken_total 0'))
    return lines.filter((line) => /^seckill_queue_(lag|oldest)/.test(line))
  }
  const known = ['seckill_queue_lag_messages 5', 'seckill_queue_oldest_seconds 3']
  assert.deepEqual(await shown(), known)
  const there = lag
  lag = () => Promise.reject(new Error('gone'))
  assert.deepEqual(await shown(), [])
  lag = there
  assert.deepEqual(await shown(), known)
})
