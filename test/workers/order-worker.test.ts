// The worker while what it needs is away.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EngineError, type FailureCode } from '../../src/domain/errors.ts'
import type { Decisions } from '../../src/flows/orders/count-decisions.ts'
import { orderWorker } from '../../src/workers/order-worker.ts'
import type { OrderQueue } from '../../src/ports/order-queue.ts'
import { makeSqlite, type Sqlite } from '../adapters/sqlite-setup.ts'
import { until } from '../contracts/contract.ts'
import { createSale } from '../contracts/ledger-steps.ts'
import { orderIdOf, sampleMessage } from '../contracts/samples.ts'

type WorkerPorts = Parameters<typeof orderWorker>[0]['ports']

// A pause in which others have their turn, however long it should be.
const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

// Stops when the test is over. `failed` has who failed, and by what; `counted` what the ledger decided.
const startWorker = (ports: WorkerPorts) => {
  const failed: { name: string; error: unknown }[] = []
  const told: Decisions[] = []
  const loops = orderWorker({
    ports: { ...ports, clock: { ...ports.clock, pause: nextTurn } },
    batchMax: 10,
    decided: (decisions) => void told.push(decisions),
    buried: () => undefined,
    stopped: () => undefined,
    failed: (name) => (error) => void failed.push({ name, error }),
  })
  return {
    failed,
    loops,
    counted: () => ({
      recorded: told.reduce((sum, { recorded }) => sum + recorded, 0),
      rejected: told.reduce((sum, { rejected }) => sum + rejected, 0),
      promisesBroken: told.reduce((sum, { promisesBroken }) => sum + promisesBroken, 0),
      clicks: told.flatMap(({ clickToRecordedMs }) => clickToRecordedMs).length,
    }),
    async [Symbol.asyncDispose]() {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}

const isEmpty = async (queue: OrderQueue) => ((await queue.lag()).messages === 0 ? true : undefined)

const failures: FailureCode[] = ['STORE_UNREACHABLE', 'STORE_READ_ONLY', 'STORE_FULL']

for (const code of failures)
  test(`${code}: the batch is tried again until it is kept, and nothing is set aside`, async () => {
    await using sqlite = await makeSqlite()
    const saleId = await createSale(sqlite, { stock: 9 })
    let left = 12
    const insert: Sqlite['orders']['insert'] = async (orders) => {
      left -= 1
      if (left >= 0) throw new EngineError(code)
      await sqlite.orders.insert(orders)
    }
    await using worker = startWorker({ ...sqlite, orders: { ...sqlite.orders, insert } })
    await sqlite.queue.publish([sampleMessage({ saleId, buyerId: '1' })])
    await until(() => isEmpty(sqlite.queue))
    assert.equal(worker.failed.length, 12)
    assert.equal((await sqlite.orders.read([orderIdOf('1')]))[0]?.status, 'pending')
    assert.deepEqual(await sqlite.deadLetters.list({ limit: 9 }), [])
  })

// A ledger that keeps what it decides at once knows it at the next delivery; one that lost it decides anew.
for (const [fate, isKept] of [
  ['kept', true],
  ['undone', false],
] as const)
  test(`a decision that is ${fate} when the rest fails is counted, and once`, async () => {
    await using sqlite = await makeSqlite()
    const saleId = await createSale(sqlite, { stock: 1 })
    let left = 3
    const insert: Sqlite['orders']['insert'] = async (orders) => {
      left -= 1
      if (left >= 0) throw new EngineError('STORE_UNREACHABLE')
      await sqlite.orders.insert(orders)
    }
    const decide: Sqlite['ledger']['decide'] = async (messages) => {
      const decided = await sqlite.ledger.decide(messages)
      return isKept ? decided : decided.map((one) => ({ ...one, isNew: true }))
    }
    await sqlite.queue.publish(
      ['1', '2'].map((buyerId) => sampleMessage({ saleId, buyerId, orderId: orderIdOf(buyerId) })),
    )
    const ledger = { ...sqlite.ledger, decide }
    await using worker = startWorker({ ...sqlite, ledger, orders: { ...sqlite.orders, insert } })
    await until(() => isEmpty(sqlite.queue))
    assert.equal(worker.failed.length, 3)
    assert.deepEqual(worker.counted(), { recorded: 1, rejected: 1, promisesBroken: 1, clicks: 1 })
  })

test('a lane whose database is down keeps no other waiting', async () => {
  await using sqlite = await makeSqlite()
  await using elsewhere = await makeSqlite()
  const queues: Record<string, OrderQueue> = { down: elsewhere.queue, up: sqlite.queue }
  const take: OrderQueue['take'] = (at) => queues[at.lane!]!.take(at)
  const queue = { ...sqlite.queue, lanes: Object.keys(queues), take }
  let isDown = true
  const insert: Sqlite['orders']['insert'] = async (orders) => {
    if (isDown && orders.some(({ buyerId }) => buyerId === '1'))
      throw new EngineError('STORE_UNREACHABLE')
    await sqlite.orders.insert(orders)
  }
  const saleId = await createSale(sqlite, { stock: 99 })
  const message = (buyerId: string, n: number) =>
    sampleMessage({ saleId, buyerId, orderId: orderIdOf(buyerId, n) })
  await queues.down!.publish([message('1', 0)])

  await using worker = startWorker({ ...sqlite, queue, orders: { ...sqlite.orders, insert } })
  for (const n of [1, 2, 3]) {
    const failed = worker.failed.length
    await queues.up!.publish([message('2', n)])
    await until(() => isEmpty(queues.up!))
    await until(async () => (worker.failed.length > failed ? true : undefined))
  }
  assert(worker.failed.every(({ name }) => name === 'order-worker down'))
  assert.deepEqual(
    worker.loops.map((loop) => loop.failures() > 0),
    [true, false],
  )
  isDown = false
  await until(() => isEmpty(queues.down!))
  assert.equal((await sqlite.ledger.readBooks(saleId))?.live, 4)
})
