// Order ids: unique, ordered, readable, and never made without a lease.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ID_EPOCH_MS, isId, orderId, orderIds, readOrderId, shardOf } from '../../src/domain/ids.ts'

const NOW_MS = ID_EPOCH_MS + 1_000_000
const node = () => ({ nodeId: 7, untilMs: Infinity })

test('an order id reads back as what it was made of', () => {
  const parts = fc
    .record({
      createdAtMs: fc.integer({ min: ID_EPOCH_MS, max: ID_EPOCH_MS + 2 ** 41 - 1 }),
      shard: fc.integer({ min: 0, max: 255 }),
      node: fc.integer({ min: 0, max: 1023 }),
      sequence: fc.integer({ min: 0, max: 15 }),
    })
    .map((parts) => ({ ...parts }))
  fc.assert(
    fc.property(parts, (made) => {
      assert.deepEqual(readOrderId(orderId(made)), made)
      assert.ok(isId(orderId(made)) || made.createdAtMs === ID_EPOCH_MS)
    }),
  )
})

test('the shard of a buyer is its id modulo 256', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), (id) => {
      assert.equal(shardOf(String(id)), Number(id % 256n))
    }),
  )
})

test('no order id is handed out twice, also when the time stands still or goes back', () => {
  const next = orderIds(node, 60_000)
  const made = new Set<string>()
  for (let count = 0; count < 5000; count += 1) {
    const id = next(String((count % 3) + 1), NOW_MS - (count % 7))
    assert.ok(id !== undefined && !made.has(id))
    made.add(id)
  }
})

test('sixteen ids fit into a millisecond of a shard, then the next milliseconds are used up', () => {
  const next = orderIds(node, 2)
  const made = Array.from({ length: 60 }, () => next('256', NOW_MS))
  assert.equal(made.filter((id) => id !== undefined).length, 3 * 16)
  assert.ok(next('257', NOW_MS), 'another shard is not concerned')
  assert.ok(next('256', NOW_MS + 10), 'and later there are ids again')
})

test('a process whose lease has ended makes no ids', () => {
  let lease: { nodeId: number; untilMs: number } | undefined = { nodeId: 1, untilMs: NOW_MS + 5 }
  const next = orderIds(() => lease)
  assert.ok(next('1', NOW_MS + 4))
  assert.equal(next('1', NOW_MS + 5), undefined)
  lease = undefined
  assert.equal(next('1', NOW_MS), undefined)
})

test('an id has one spelling: decimal, 1 to 2^63-1, no sign, space or leading zero', () => {
  for (const good of ['1', '42', '9223372036854775807']) assert.ok(isId(good), good)
  const bad = ['', '0', '01', '-1', '+1', '1.0', ' 1', '1e3', '9223372036854775808', '٣', '1\n']
  for (const text of bad) assert.ok(!isId(text), JSON.stringify(text))
})
