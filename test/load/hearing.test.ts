// What the load generator makes of single answers: what it counts, what it measures, and what it writes
// down for the auditor.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { LoggedAnswer } from '../../src/load/buyers/answers-log.ts'
import { heardAttempt, seenOrder } from '../../src/load/buyers/hearing.ts'
import type { Reply } from '../../src/load/buyers/send.ts'
import { newTally } from '../../src/load/counts/tally.ts'
import { buyerWith } from './support.ts'

const PAY_WITHIN_MS = 5000
const AHEAD_MS = 700 // the server's clock, of ours

const listener = () => {
  const tally = newTally(1000)
  const written: LoggedAnswer[] = []
  const answers = { write: (one: LoggedAnswer) => void written.push(one), close: () => undefined }
  const clock = { offsetMs: AHEAD_MS, errorMs: 1 }
  const deps = { saleId: '1', startsAtMs: 0, payWithinMs: PAY_WITHIN_MS, clock, tally, answers }
  const buyer = buyerWith()
  const reply = (status: number, body: object, fault = ''): Reply => {
    const said = { status, fault, body: { ...body }, retryAfterMs: undefined }
    return { ...said, sentAtMs: 1000, atMs: 1010 }
  }
  const attempt = (status: number, body: object, fault?: string) =>
    heardAttempt(deps, buyer, {
      reply: reply(status, body, fault),
      why: 'opening',
      plannedMs: 990,
      postedMs: 1000,
    })
  const look = (body: object) =>
    seenOrder(deps, buyer, { reply: reply(200, body), plannedMs: 1000 })
  return { tally, written, attempt, look }
}

suite('an answer that is heard', () => {
  test('gives the time from the planned click to the ledger, once, by the word of the order', () => {
    const { tally, attempt, look } = listener()
    attempt(202, { outcome: 'accepted', orderId: '11', status: 'in-transit' })
    look({ orderId: '11', status: 'in-transit' })
    const recordedAtMs = 990 + 40
    const payBy = new Date(recordedAtMs + AHEAD_MS + PAY_WITHIN_MS).toISOString()
    for (const status of ['pending', 'paid']) look({ orderId: '11', status, payBy })
    const { count, maxMs } = tally.latency.recorded
    assert.deepEqual({ count, maxMs }, { count: 1, maxMs: 40 })
  })

  test('of an order that was rejected gives no such time', () => {
    const { tally, attempt, look } = listener()
    attempt(202, { outcome: 'accepted', orderId: '11', status: 'in-transit' })
    look({ orderId: '11', status: 'rejected', payBy: new Date(9000).toISOString() })
    assert.equal(tally.latency.recorded.count, 0)
  })

  test('that leaves open whether there is an order is counted, and no status is made up', () => {
    const { tally, written, attempt } = listener()
    assert.equal(attempt(503, { code: 'busy', status: 503, orderId: '11' }), 'busy')
    assert.equal(attempt(0, {}, 'socket closed'), 'no-answer')
    assert.equal(tally.undecided, 2)
    assert.deepEqual([written[0]!.orderId, written[0]!.status], ['11', undefined])
  })

  test('that no question can have led to is not counted as open', () => {
    const { tally, attempt } = listener()
    attempt(0, {}, 'no connection')
    attempt(503, { code: 'busy', status: 503 })
    assert.equal(tally.undecided, 0)
  })
})
