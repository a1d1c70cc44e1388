// Attempts on their way to where all gateways count them.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { admitBuyer } from '../../src/attempt/admit-buyer.ts'
import { homeSegment } from '../../src/domain/stock.ts'
import type { BuyerBatch } from '../../src/ports/buyer-window.ts'

const BUCKETS = 4

const waitingWindow = () => {
  const calls: (BuyerBatch & { answer: () => void })[] = []
  const buyerWindow = {
    buckets: BUCKETS,
    admit: (batch: BuyerBatch) =>
      new Promise<number[]>((resolve) => {
        const answer = () => resolve(batch.attempts.map(({ buyerId }) => Number(buyerId)))
        calls.push({ ...batch, answer })
      }),
  }
  return { calls, buyerWindow }
}

const clock = { nowMs: () => 0, pause: async () => undefined }
const attemptOf = (buyerId: number) => ({ saleId: '7', buyerId: String(buyerId), quota: 3 })

test('attempts of one bucket share a call, and each gets its own answer', async () => {
  const { calls, buyerWindow } = waitingWindow()
  const admit = admitBuyer({ clock, buyerWindow }, { batchMax: 100, queueMax: 1000 })
  const buyers = Array.from({ length: 40 }, (_, at) => at + 1)
  const answers = buyers.map((buyer) => admit(attemptOf(buyer))!)
  for (let at = 0; at < calls.length; at += 1) {
    const { bucket, attempts, answer } = calls[at]!
    for (const { buyerId } of attempts) assert.equal(homeSegment(buyerId, BUCKETS), bucket)
    answer()
    await new Promise((resolve) => setImmediate(resolve))
  }
  assert.deepEqual(await Promise.all(answers), buyers)
  assert(calls.length <= 3 * BUCKETS, 'two alone and all the others together')
})

test('attempts beyond what may wait are shed', () => {
  const { buyerWindow } = waitingWindow()
  const admit = admitBuyer({ clock, buyerWindow }, { batchMax: 1, queueMax: BUCKETS })
  const answers = Array.from({ length: 5 }, () => admit(attemptOf(1)))
  assert.deepEqual(
    answers.map((answer) => answer === undefined),
    [false, false, false, true, true],
  )
})
