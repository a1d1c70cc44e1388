// A buyer has one record in a sale for as long as he comes back in time, whichever token he brings, and there
// are never more of them than was said.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type BuyerClaims, buyerRecords } from '../../src/attempt/buyer-records.ts'
import { ID_MAX } from '../contracts/samples.ts'

const KEPT_MS = 60_000
const KEPT_FULL_MS = 1000
const T = 1_800_000_000_000

const records = (buyersMax = 100) =>
  buyerRecords({ keptMs: KEPT_MS, keptFullMs: KEPT_FULL_MS, buyersMax })

const claims = (buyerId = '5', saleId = '7'): BuyerClaims => ({ saleId, buyerId })

test('a buyer has one record in each sale, whichever token he brings', () => {
  const { of } = records()
  const mine = of(claims(), T)
  assert.equal(of(claims(), T + 1), mine)
  const others = [claims('6'), claims('5', '8'), claims(ID_MAX)].map((other) => of(other, T))
  assert.equal(new Set([mine, ...others]).size, 4)
})

test('claims that come again keep it at hand, and what is forgotten is not found there either', () => {
  const { of } = records()
  const again = claims()
  const mine = of(again, T)
  assert.equal(again.record, mine)
  of(claims('6'), T + KEPT_MS)
  assert.equal(of(again, T + 2 * KEPT_MS - 1), mine, 'it went on into the next generation')
  for (const turn of [3, 4]) of(claims('6'), T + turn * KEPT_MS)
  const anew = of(again, T + 4 * KEPT_MS)
  assert.notEqual(anew, mine)
  assert.equal(of(claims(), T + 4 * KEPT_MS), anew, 'and every other token finds the new one')
})

test('a full house makes room by its older half, but only after a second', () => {
  const { of } = records(4)
  const first = ['1', '2'].map((buyer) => of(claims(buyer), T))
  assert.equal(of(claims('3'), T + KEPT_FULL_MS - 1), undefined)
  assert.equal(of(claims('1'), T + KEPT_FULL_MS - 1), first[0])
  assert(of(claims('3'), T + KEPT_FULL_MS), 'there is room')
  assert.equal(of(claims('1'), T + KEPT_FULL_MS), first[0], 'whoever comes back is still known')
  assert.equal(of(claims('2'), T + KEPT_FULL_MS), undefined, 'or waits')
  assert.notEqual(of(claims('2'), T + 2 * KEPT_FULL_MS), undefined)
})

test('of whoever comes again and again, what is a minute old is forgotten as well', () => {
  const { of } = records()
  const mine = of(claims(), T)!
  mine.attempts = [T]
  mine.decided = [T, T + 1]
  of(claims(), T + KEPT_MS)
  assert.deepEqual([mine.attempts, mine.decided], [[], [T, T + 1]])
  of(claims(), T + 2 * KEPT_MS)
  assert.deepEqual(mine.decided, [])
})

// A token that is remembered, or one that is not.
const step = fc.record({
  buyer: fc.constantFrom('1', '2', '3', ID_MAX),
  isAtHand: fc.boolean(),
  laterMs: fc.oneof(fc.nat(40_000), fc.constantFrom(0, KEPT_MS - 1, KEPT_MS, 2 * KEPT_MS)),
})

test('whoever comes back within the time is known, whatever came in between', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { of } = records()
      const atHand = new Map<string, BuyerClaims>()
      const seen = new Map<string, { record: unknown; atMs: number }>()
      let nowMs = T
      for (const { buyer, isAtHand, laterMs } of steps) {
        nowMs += laterMs
        const kept = atHand.get(buyer) ?? claims(buyer)
        atHand.set(buyer, kept)
        const record = of(isAtHand ? kept : claims(buyer), nowMs)
        const before = seen.get(buyer)
        if (before && nowMs < before.atMs + KEPT_MS) assert.equal(record, before.record)
        seen.set(buyer, { record, atMs: nowMs })
      }
    }),
  )
})
