// When those may come again who were refused for a limit.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attemptAnswer } from '../../src/gateway/answers.ts'

const waits = (level: 'buyer' | 'sale', retryMs: number) =>
  [0, 0.4, 0.99].map((chance) => {
    const of = { outcome: 'rate-limited', level, quota: 100, windowMs: 1000, retryMs } as const
    const { headers } = attemptAnswer(of, { nowMs: () => 0, chance: () => chance })
    assert.equal(headers['ratelimit'], `"${level}";r=0;t=${Math.ceil(retryMs / 1000)}`)
    return headers['retry-after']
  })

test('a buyer may come again when his own limit lets him', () => {
  assert.deepEqual(waits('buyer', 400), ['1', '1', '1'])
})

test('who share a limit are sent apart, and none comes before it is free', () => {
  assert.deepEqual(waits('sale', 0.02), ['1', '2', '3'])
  assert.deepEqual(waits('sale', 1500), ['2', '3', '4'])
})
