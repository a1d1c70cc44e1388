// One of the databases of the orders is paused. What belongs in the others is recorded meanwhile, and its
// own orders once it goes on.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mysqlCatalog } from '../../../src/adapters/mysql/catalog.ts'
import { mysqlDeadLetters } from '../../../src/adapters/mysql/dead-letters.ts'
import { mysqlLedger } from '../../../src/adapters/mysql/ledger.ts'
import { type Mysql, openMysql } from '../../../src/adapters/mysql/mysql.ts'
import { mysqlOrderStore } from '../../../src/adapters/mysql/order-store.ts'
import { orderWorker } from '../../../src/workers/order-worker.ts'
import { openKafka } from '../../adapters/kafka-setup.ts'
import { makeSqlite } from '../../adapters/sqlite-setup.ts'
import { until } from '../../contracts/contract.ts'
import { booksOf, createSale } from '../../contracts/ledger-steps.ts'
import { orderIdOf, sampleMessage } from '../../contracts/samples.ts'
import { startMariadb } from '../../support/mariadb-server.ts'
import { needsKafka, sharedKafka } from '../../support/needs-kafka.ts'
import { needsOwnMysql, sharedMysql } from '../../support/needs-mysql.ts'
import { ownDatabases } from '../../support/own-databases.ts'

const TIMEOUT_MS = 500 // of a statement
const WITHIN_MS = 10_000
const DATABASES = 2

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve))

// Orders on Kafka and in MySQL; the engine, which is told of them, is of no account here.
const openPorts = async (mysql: Mysql, opened: AsyncDisposableStack) => {
  const sqlite = opened.use(await makeSqlite())
  const { queue } = opened.use(await openKafka(await sharedKafka(), { places: DATABASES }))
  const clock = { ...sqlite.clock, pause: nextTurn }
  const deps = { mysql, clock }
  return {
    ...sqlite,
    clock,
    catalog: mysqlCatalog(deps),
    deadLetters: mysqlDeadLetters(deps),
    ledger: mysqlLedger(deps),
    orders: mysqlOrderStore(deps),
    queue,
  }
}

const missing = needsKafka().skip || needsOwnMysql().skip

test(
  'orders of other databases are recorded, and its own when it is back',
  { skip: missing },
  async () => {
    await using opened = new AsyncDisposableStack()
    const silent = opened.use(await startMariadb())
    const home = opened.use(await ownDatabases(await sharedMysql(), 1))
    const other = opened.use(await ownDatabases(silent.url, 1))
    const urls = [...home.urls, ...other.urls]
    const mysql = opened.use(await openMysql({ urls, timeoutMs: TIMEOUT_MS, connections: 10 }))
    const ports = await openPorts(mysql, opened)
    const saleId = await createSale(ports, { stock: 99 })
    const failed: string[] = []
    const loops = orderWorker({
      ports,
      batchMax: 10,
      decided: () => undefined,
      buried: () => undefined,
      stopped: () => undefined,
      failed: (name) => () => void failed.push(name),
    })
    for (const loop of loops) opened.defer(loop.stop)
    // Buyers of even numbers are at home.
    const messagesFrom = (first: number) =>
      [0, 1, 2, 3].map((n) => {
        const buyerId = String(first + n)
        return sampleMessage({ saleId, buyerId, orderId: orderIdOf(buyerId, first + n) })
      })
    const all = [1, 5, 9].flatMap(messagesFrom)

    silent.signal('SIGSTOP')
    for (const first of [1, 5, 9]) {
      const messages = messagesFrom(first)
      await ports.queue.publish(messages)
      const even = messages.filter(({ buyerId }) => Number(buyerId) % 2 === 0)
      const ids = even.map(({ orderId }) => orderId)
      await until(async () => {
        const orders = await ports.orders.read(ids)
        return orders.every((order) => order?.status === 'pending') ? true : undefined
      }, WITHIN_MS)
    }
    await until(async () => (failed.length > 1 ? true : undefined), WITHIN_MS)
    assert(failed.every((name) => name === 'order-worker 1'))
    assert.equal((await ports.queue.lag()).messages, 6)

    silent.signal('SIGCONT')
    await until(
      async () => ((await ports.queue.lag()).messages === 0 ? true : undefined),
      WITHIN_MS,
    )
    const orders = await ports.orders.read(all.map(({ orderId }) => orderId))
    assert(orders.every((order) => order?.status === 'pending'))
    assert.equal((await booksOf(ports, saleId)).live, all.length)
  },
)
