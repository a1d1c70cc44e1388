// In a running process what is over goes by itself, and the metrics say so.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually, startEngine } from '../support/engine.ts'

test('a session that is over is deleted and counted', async () => {
  await using engine = await startEngine({
    SECKILL_SESSION_MS: '1000',
    SECKILL_FORGET_EVERY_MS: '1000',
  })
  const body = { name: 'ann', password: 'a long password' }
  await engine.request('POST', '/api/buyers', { body })
  const { status } = await engine.request('POST', '/api/sessions', { body })
  assert.equal(status, 201)
  const counted = async () => {
    const metrics = await engine.look('/metrics')
    return Number(/^seckill_forgotten_total\{kind="sessions"\} (\d+)$/m.exec(metrics.body)?.[1])
  }
  await eventually(counted, (count) => count === 1)
})
