// So many attempts in a window, exactly, per buyer and sale, and never more memory than was said.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { decidedAttempts } from '../../src/attempt/decided-attempts.ts'

const WINDOW_MS = 60_000
const T = 1_800_000_000_000

const counter = (of: { max?: number; buyersMax?: number } = {}) => {
  const { max = 10, buyersMax = 100 } = of
  const decided = decidedAttempts({ windowMs: WINDOW_MS, buyersMax })
  return {
    ...decided,
    at: (nowMs: number, buyerId = '5', saleId = '7') =>
      decided.count({ saleId, buyerId, max, nowMs }),
  }
}

test('ten are counted, the eleventh is not, until the first is a window old', () => {
  const decided = counter()
  const first = Array.from({ length: 10 }, (_, at) => decided.at(T + at))
  assert(first.every((isCounted) => isCounted))
  assert.equal(decided.at(T + 10), false)
  assert.equal(decided.at(T + WINDOW_MS - 1), false)
  assert.equal(decided.at(T + WINDOW_MS), true, 'the first has left the window')
  assert.equal(decided.at(T + WINDOW_MS), false, 'and no other')
  assert.equal(decided.at(T + WINDOW_MS + 1), true)
})

test('what was not counted does not lengthen the wait', () => {
  const decided = counter({ max: 1 })
  decided.at(T)
  for (let ms = 1; ms < 100; ms += 1) assert.equal(decided.at(T + ms), false)
  assert.equal(decided.at(T + WINDOW_MS), true)
})

test('every buyer is counted by himself, in every sale', () => {
  const decided = counter({ max: 1 })
  const counted = [decided.at(T), decided.at(T, '6'), decided.at(T, '5', '8'), decided.at(T)]
  assert.deepEqual(counted, [true, true, true, false])
})

test('a buyer who is forgotten begins anew, and nobody else does', () => {
  const decided = counter({ max: 2 })
  for (const buyer of ['5', '6']) for (const ms of [0, 1]) decided.at(T + ms, buyer)
  decided.forget({ saleId: '7', buyerId: '5' })
  assert.deepEqual([decided.at(T + 2), decided.at(T + 3), decided.at(T + 4)], [true, true, false])
  assert.equal(decided.at(T + 5, '6'), false)
})

test('what was not decided is taken back, also the first', () => {
  const decided = counter({ max: 2 })
  const of = { saleId: '7', buyerId: '5' }
  decided.takeBack(of) // of nobody
  for (let ms = 0; ms < 10; ms += 1) {
    assert.equal(decided.at(T + ms), true)
    decided.takeBack(of)
  }
  assert.deepEqual(
    [decided.at(T + 20), decided.at(T + 21), decided.at(T + 22)],
    [true, true, false],
  )
  decided.takeBack(of)
  assert.deepEqual([decided.at(T + 23), decided.at(T + 24)], [true, false])
})

test('without room for more buyers, those who are new go uncounted, and those who are known do not', () => {
  const decided = counter({ max: 1, buyersMax: 2 })
  for (const buyer of ['1', '2']) assert.equal(decided.at(T, buyer), true)
  assert.deepEqual(
    [decided.at(T, '3'), decided.at(T, '3'), decided.at(T, '1')],
    [true, true, false],
  )
  decided.forget({ saleId: '7', buyerId: '1' })
  assert.deepEqual([decided.at(T, '3'), decided.at(T, '3')], [true, false], 'there is room again')
})

// The plainest way to say it: all instants of a buyer that counted, looked through each time.
const plainly = (max: number) => {
  const counted = new Map<string, number[]>()
  return (nowMs: number, buyer: string) => {
    const all = counted.get(buyer) ?? []
    if (all.filter((at) => at > nowMs - WINDOW_MS).length >= max) return false
    counted.set(buyer, [...all, nowMs])
    return true
  }
}

test('it agrees with counting everything, whenever buyers come', () => {
  const step = fc.record({
    buyer: fc.constantFrom('1', '2', '9223372036854775807'),
    laterMs: fc.oneof(fc.nat(30_000), fc.constantFrom(0, WINDOW_MS - 1, WINDOW_MS, WINDOW_MS + 1)),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 4 }), (steps, max) => {
      const decided = counter({ max })
      const plain = plainly(max)
      let nowMs = T
      for (const { buyer, laterMs } of steps) {
        nowMs += laterMs
        assert.equal(decided.at(nowMs, buyer), plain(nowMs, buyer))
      }
    }),
  )
})
