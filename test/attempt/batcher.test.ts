// Batching: a lone item waits for nobody, many share a call, none is ever lost or mixed up.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batcher } from '../../src/attempt/batcher.ts'

const patient = { waitMsMax: Infinity, nowMs: () => 0 }

const gated = () => {
  const calls: { batch: number[]; answer: () => void; fail: (error: Error) => void }[] = []
  const decide = (batch: number[]) =>
    new Promise<string[]>((resolve, reject) => {
      calls.push({ batch, answer: () => resolve(batch.map(String)), fail: reject })
    })
  return { calls, decide }
}

test('a lone item is sent at once', () => {
  const { calls, decide } = gated()
  void batcher({ decide, batchMax: 10, callsMax: 2, queueMax: 100, ...patient }).add(1)
  assert.deepEqual(calls[0]?.batch, [1])
})

test('what arrives while the calls are out goes together, and never more than a batch', async () => {
  const { calls, decide } = gated()
  const batch = batcher({ decide, batchMax: 3, callsMax: 2, queueMax: 100, ...patient })
  const answers = [1, 2, 3, 4, 5, 6].map((item) => batch.add(item)!)
  assert.deepEqual(
    calls.map((call) => call.batch),
    [[1], [2]],
  )
  calls[1]!.answer()
  await answers[1]
  assert.deepEqual(calls[2]?.batch, [3, 4, 5])
  for (const call of calls) call.answer()
  await answers[0]
  calls[3]!.answer()
  assert.deepEqual(await Promise.all(answers), ['1', '2', '3', '4', '5', '6'])
})

test('a failed call is told to exactly those it carried', async () => {
  const { calls, decide } = gated()
  const batch = batcher({ decide, batchMax: 10, callsMax: 1, queueMax: 100, ...patient })
  const [first, second] = [batch.add(1)!, batch.add(2)!]
  calls[0]!.fail(new Error('unreachable'))
  await assert.rejects(first, /unreachable/)
  calls[1]!.answer()
  assert.equal(await second, '2')
})

test('a full queue takes nothing more, and takes again when it has room', async () => {
  const { calls, decide } = gated()
  const batch = batcher({ decide, batchMax: 1, callsMax: 1, queueMax: 2, ...patient })
  const taken = [batch.add(1), batch.add(2), batch.add(3)]
  assert.equal(batch.add(4), undefined)
  calls[0]!.answer()
  await taken[0]
  assert.ok(batch.add(5))
})

test('nothing more is taken while the first in line has waited for too long', async () => {
  const { calls, decide } = gated()
  let nowMs = 0
  const limits = { batchMax: 1, callsMax: 1, queueMax: 100, waitMsMax: 1000 }
  const batch = batcher({ decide, ...limits, nowMs: () => nowMs })
  const [taken, waited] = [batch.add(1)!, batch.add(2)!]
  nowMs = 1000
  assert.ok(batch.add(3), 'a second is not too long')
  nowMs = 1001
  assert.equal(batch.add(4), undefined)
  calls[0]!.answer()
  await taken
  await assert.rejects(waited, { code: 'NOT_SENT' })
  assert.ok(batch.add(5), 'and with the first in line gone there is room again')
})

test('who has waited for too long when a turn comes is told so, and the rest is sent', async () => {
  let nowMs = 0
  const { calls, decide } = gated()
  const options = { batchMax: 10, callsMax: 1, queueMax: 100, waitMsMax: 1000, nowMs: () => nowMs }
  const batch = batcher({ decide, ...options })
  void batch.add(1)
  const [late, inTime] = [batch.add(2)!, batch.add(3)!]
  nowMs = 1000
  calls[0]!.answer()
  await new Promise((resolve) => setImmediate(resolve))
  assert.deepEqual(calls[1]?.batch, [2, 3], 'a thousand is not too long')
  calls[1]!.answer()
  assert.deepEqual(await Promise.all([late, inTime]), ['2', '3'])

  const failed = batch.add(4)!
  const waited = batch.add(5)!
  nowMs = 2000
  const fresh = batch.add(6)!
  nowMs = 2001
  calls[2]!.fail(new Error('unreachable'))
  await assert.rejects(failed, /unreachable/)
  await assert.rejects(waited, { code: 'NOT_SENT' })
  assert.deepEqual(calls[3]?.batch, [6])
  calls[3]!.answer()
  assert.equal(await fresh, '6')
})
