// Orders that wait to be recorded, as the queue hands them to a worker: in batches, each from one of a
// hundred partitions, so that it falls on two or three tables.

import assert from 'node:assert/strict'
import { type BuyerId, orderId, type SaleId, shardOf, SHARDS } from '../../src/domain/ids.ts'
import { MESSAGE_VERSION, type OrderMessage } from '../../src/domain/messages.ts'
import type { OrderRange } from './mysql-job.ts'

export const BATCH = 1000
export const PARTITIONS = 100

export const orderBatches = (saleIds: SaleId[], { from, count }: OrderRange): OrderMessage[][] =>
  Array.from({ length: Math.ceil(count / BATCH) }, (_, at) => {
    const first = from + at * BATCH
    const size = Math.min(BATCH, from + count - first)
    return Array.from({ length: size }, (__, n) => orderMessage(saleIds, first + n))
  })

// The same for the same number, whenever it is asked for. The next batch is of the next partition.
export const orderMessage = (saleIds: SaleId[], number: number): OrderMessage => {
  const reservedAtMs = FROM_MS + number
  const buyerId = buyerOf(number)
  return {
    version: MESSAGE_VERSION,
    orderId: orderId({ createdAtMs: reservedAtMs, shard: shardOf(buyerId), node: 1, sequence: 0 }),
    saleId: saleIds[number % saleIds.length]!,
    buyerId,
    units: 1,
    price: 99_900,
    currency: 'CNY',
    saleVersion: 1,
    epoch: 1,
    stockTokens: [],
    reservedAtMs,
  }
}

const FROM_MS = Date.UTC(2026, 0, 1)
const FIRST_BUYER = 2 ** 31 // a multiple of the shards
const BUYERS_END = 10 ** 10

const buyerOf = (number: number): BuyerId => {
  const shards = shardsOf(Math.floor(number / BATCH) % PARTITIONS)
  const buyer = FIRST_BUYER + number * SHARDS + shards[number % shards.length]!
  assert(buyer < BUYERS_END)
  return String(buyer)
}

const shardsOf = (partition: number): number[] =>
  [0, 1, 2].map((turn) => turn * PARTITIONS + partition).filter((shard) => shard < SHARDS)
