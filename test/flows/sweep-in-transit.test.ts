// Marks that were in transit for too long, while one of the places where orders are kept is down.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EngineError } from '../../src/domain/errors.ts'
import { readOrderId } from '../../src/domain/ids.ts'
import type { OrderMessage } from '../../src/domain/messages.ts'
import { orderOf } from '../../src/domain/order.ts'
import { lookAfter } from '../../src/flows/stock/look-after.ts'
import { sweepInTransit } from '../../src/flows/stock/sweep-in-transit.ts'
import type { OrderStore } from '../../src/ports/order-store.ts'
import { makeSqlite, type Sqlite } from '../adapters/sqlite-setup.ts'
import { AT_MS, orderIdOf, sampleMessage, sampleProduct, sampleSale } from '../contracts/samples.ts'

const { signal } = new AbortController()
const REBUILD = { holder: 'test', leaseMs: 1000, drainPollMs: 1, loadChunk: 10, signal }

// Buyers of odd numbers have their orders in the place that is down.
const oddDown = (orders: OrderStore, fails: () => Error): OrderStore => {
  const of = (orderId: string) => (readOrderId(orderId).shard % 2 === 0 ? 'even' : 'odd')
  return {
    ...orders,
    places: { names: ['even', 'odd'], of },
    async read(orderIds) {
      if (orderIds.some((orderId) => of(orderId) === 'odd')) throw fails()
      return orders.read(orderIds)
    },
  }
}

// 1 and 2 are recorded, 3 and 4 decided without an order, 5 and 6 unknown to the ledger.
const leftInTransit = async (ports: Sqlite) => {
  const { productId } = await ports.catalog.createProduct(sampleProduct, 'test')
  const sale = await ports.catalog.createSale(sampleSale({ productId }), 'test')
  const { saleId } = sale
  await lookAfter(ports, sale, REBUILD)
  const buyers = ['1', '2', '3', '4', '5', '6']
  const attempts = buyers.map((buyerId) => ({ buyerId, orderId: orderIdOf(buyerId), units: 1 }))
  await ports.stock.reserve({ saleId, segments: 1, segment: 0, attempts })
  const messages = buyers.map((buyerId) =>
    sampleMessage({ saleId, buyerId, orderId: orderIdOf(buyerId), epoch: 1 }),
  )
  await ports.ledger.decide(messages.slice(0, 4))
  const at = { decision: 'recorded', nowMs: AT_MS, payWithinMs: 1000 } as const
  await ports.orders.insert(messages.slice(0, 2).map((message) => orderOf(message, at)))
  await ports.time.pass(10_000)
  return saleId
}

const sweep = async (ports: Sqlite, fails: () => Error) => {
  const saleId = await leftInTransit(ports)
  const published: OrderMessage[] = []
  const queue = {
    ...ports.queue,
    lag: async () => ({ messages: 0, oldestAtMs: undefined }),
    publish: async (messages: OrderMessage[]) => void published.push(...messages),
  }
  const orders = oddDown(ports.orders, fails)
  const of = { saleId, olderThanMs: 1000, limit: 100 }
  const swept = await sweepInTransit({ ...ports, queue, orders }, of)
  const { held } = await ports.stock.scan({ saleId, inTransitOnly: true, limit: 100 })
  const buyersOf = (rows: { buyerId: string }[]) => rows.map(({ buyerId }) => buyerId).sort()
  return { recorded: swept.recorded, published: buyersOf(published), left: buyersOf(held) }
}

test('what need not be read, or can be, is swept while a place of orders is down', async () => {
  await using ports = await makeSqlite()
  assert.deepEqual(await sweep(ports, () => new EngineError('STORE_UNREACHABLE')), {
    recorded: 1,
    published: ['4', '5', '6'],
    left: ['1', '3', '4', '5', '6'],
  })
})

test('a bug is not taken for a place that is down', async () => {
  await using ports = await makeSqlite()
  await assert.rejects(
    sweep(ports, () => new TypeError('a bug')),
    TypeError,
  )
})
