// The orders that are recorded in measurements are such as a worker gets.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BATCH, orderBatches, PARTITIONS } from '../../bench/load/order-batches.ts'
import { readOrderId, shardOf } from '../../src/domain/ids.ts'
import { readMessage } from '../../src/domain/messages.ts'

const all = orderBatches(['1', '2'], { from: 5000, count: 120 * BATCH + 7 })

test('a batch is of one partition, and falls on all of its two or three tables', () => {
  for (const batch of all.slice(0, -1)) {
    const shards = new Set(batch.map(({ buyerId }) => shardOf(buyerId)))
    const partitions = new Set([...shards].map((shard) => shard % PARTITIONS))
    assert.equal(partitions.size, 1)
    assert.equal(shards.size, [...partitions][0]! < 56 ? 3 : 2)
  }
})

test('no order and no buyer comes twice, and an order is in the shard of its buyer', () => {
  const messages = all.flat()
  assert.equal(new Set(messages.map(({ orderId }) => orderId)).size, messages.length)
  assert.equal(new Set(messages.map(({ buyerId }) => buyerId)).size, messages.length)
  for (const { orderId, buyerId } of messages)
    assert.equal(readOrderId(orderId).shard, shardOf(buyerId))
})

test('the orders are as many as asked for, over all the sales, and readable', () => {
  const messages = all.flat()
  assert.equal(messages.length, 120 * BATCH + 7)
  assert.deepEqual(
    all.map(({ length }) => length),
    [...Array.from({ length: 120 }, () => BATCH), 7],
  )
  assert.deepEqual(new Set(messages.map(({ saleId }) => saleId)), new Set(['1', '2']))
  assert.equal(readMessage(JSON.stringify(messages[0])).result, 'message')
})
