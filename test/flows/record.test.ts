// Recording a batch, with a failure between any two of its steps, on every store.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { mysqlCatalog } from '../../src/adapters/mysql/catalog.ts'
import { mysqlDeadLetters } from '../../src/adapters/mysql/dead-letters.ts'
import { mysqlLedger } from '../../src/adapters/mysql/ledger.ts'
import { mysqlOrderStore } from '../../src/adapters/mysql/order-store.ts'
import { EngineError } from '../../src/domain/errors.ts'
import type { OrderMessage } from '../../src/domain/messages.ts'
import { recordDelivery } from '../../src/flows/orders/record.ts'
import type { Decided } from '../../src/ports/ledger.ts'
import { emptyMysql } from '../adapters/mysql-setup.ts'
import { makeSqlite, type Sqlite } from '../adapters/sqlite-setup.ts'
import { booksOf, createSale } from '../contracts/ledger-steps.ts'
import { orderIdOf, sampleMessage } from '../contracts/samples.ts'
import { type Around, between } from '../support/between-ports.ts'
import { needsMysql } from '../support/needs-mysql.ts'

type Setup = Awaited<ReturnType<typeof makeBehind>>

// MySQL behind, the queue and the engine of SQLite before it.
const makeBehind = async () => {
  const sqlite = await makeSqlite()
  const deps = await emptyMysql()
  return {
    ...sqlite,
    catalog: mysqlCatalog(deps),
    deadLetters: mysqlDeadLetters(deps),
    ledger: mysqlLedger(deps),
    orders: mysqlOrderStore(deps),
  }
}

const STORES = [
  { store: 'sqlite', make: makeSqlite, skip: false },
  { store: 'mysql', make: makeBehind, skip: needsMysql().skip },
]

const { signal } = new AbortController()

// The next delivery, recorded with something put around its steps.
const recordNext = async (setup: Setup | Sqlite, around: Around = (_, call) => call()) => {
  const fresh: Decided[] = []
  const delivery = await setup.queue.take({ max: 2000, waitMs: 0, signal })
  assert(delivery, 'there is something to record')
  const ports = {
    ...setup,
    ledger: between('ledger', setup.ledger, around),
    orders: between('orders', setup.orders, around),
    stock: between('stock', setup.stock, around),
  }
  const commit = () => around('delivery.commit', delivery.commit)
  const { buried } = await recordDelivery(ports, { ...delivery, commit }, (decided) => {
    fresh.push(...decided.filter(({ isNew }) => isNew))
  })
  return { buried, decided: fresh.length }
}

const messagesOf = (saleId: string, count: number, set: Partial<OrderMessage> = {}) =>
  Array.from({ length: count }, (_, n) =>
    sampleMessage({ saleId, buyerId: String(n + 1), orderId: orderIdOf(String(n + 1), n), ...set }),
  )

const idsOf = (messages: OrderMessage[]) => messages.map(({ orderId }) => orderId)

const statusesOf = async ({ orders }: Setup | Sqlite, messages: OrderMessage[]) =>
  (await orders.read(idsOf(messages))).map((order) => order?.status)

const failing =
  (at: string, when: 'before' | 'after'): Around =>
  async (name, call) => {
    if (name !== at) return call()
    if (when === 'after') await call()
    throw new EngineError('STORE_UNREACHABLE')
  }

const STEPS = ['ledger.decide', 'orders.insert', 'delivery.commit']

for (const { store, make, skip } of STORES)
  suite(`recording: ${store}`, { skip }, () => {
    for (const step of STEPS)
      for (const when of ['before', 'after'] as const)
        test(`stopped ${when} ${step}, a batch is recorded once`, async () => {
          await using setup = await make()
          const saleId = await createSale(setup, { stock: 2 })
          const messages = messagesOf(saleId, 3)
          await setup.queue.publish(messages)
          await assert.rejects(recordNext(setup, failing(step, when)))
          if ((await setup.queue.lag()).messages > 0) await recordNext(setup)
          const { live, rejected } = await booksOf(setup, saleId)
          assert.deepEqual({ live, rejected }, { live: 2, rejected: 1 })
          assert.deepEqual(await statusesOf(setup, messages), ['pending', 'pending', 'rejected'])
          assert.equal((await setup.queue.lag()).messages, 0)
          assert.deepEqual(await setup.deadLetters.list({ limit: 9 }), [])
        })

    test('an engine that cannot be told keeps nobody waiting', async () => {
      await using setup = await make()
      const saleId = await createSale(setup, { stock: 2 })
      await setup.queue.publish(messagesOf(saleId, 1))
      const recorded = await recordNext(setup, failing('stock.record', 'before'))
      assert.deepEqual([recorded.decided, (await setup.queue.lag()).messages], [1, 0])
    })

    test('nor does one that does not answer', async () => {
      await using setup = await make()
      const saleId = await createSale(setup, { stock: 2 })
      await setup.queue.publish(messagesOf(saleId, 1))
      const silent: Around = (name, call) =>
        name === 'stock.record' ? new Promise(() => undefined) : call()
      assert.equal((await recordNext(setup, silent)).decided, 1)
    })

    test('of a thousand, one that can never be kept is buried, after few tries', async () => {
      await using setup = await make()
      const saleId = await createSale(setup, { stock: 1000 })
      const messages = messagesOf(saleId, 1000)
      messages[617] = { ...messages[617]!, saleId: '999' }
      await setup.queue.publish(messages)
      let tries = 0
      const recorded = await recordNext(setup, (name, call) => {
        if (name === 'ledger.decide') tries += 1
        return call()
      })
      assert.deepEqual([recorded.decided, recorded.buried], [999, 1])
      assert(tries <= 21, `${tries} tries`)
      const letters = await setup.deadLetters.list({ limit: 9 })
      assert.deepEqual(
        letters.map(({ message }) => JSON.parse(message)),
        [messages[617]],
      )
      assert.notEqual(letters[0]!.reason, '')
    })
  })

test(
  'an order that its table cannot keep is buried, and keeps no other back',
  needsMysql(),
  async () => {
    await using setup = await makeBehind()
    const saleId = await createSale(setup, { stock: 9 })
    const messages = messagesOf(saleId, 3)
    messages[1] = { ...messages[1]!, currency: 'no currency' }
    await setup.queue.publish(messages)
    assert.equal((await recordNext(setup)).buried, 1)
    assert.deepEqual(await statusesOf(setup, messages), ['pending', undefined, 'pending'])
    const [letter] = await setup.deadLetters.list({ limit: 9 })
    assert.equal(letter?.orderId, messages[1].orderId)
    assert.equal((await setup.queue.lag()).messages, 0)
  },
)
