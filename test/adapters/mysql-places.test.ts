// Orders in two databases on two servers, of which one falls silent or can only be read: units of the other
// come back in time all the same.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { mysqlCatalog } from '../../src/adapters/mysql/catalog.ts'
import { mysqlLedger } from '../../src/adapters/mysql/ledger.ts'
import { openMysql } from '../../src/adapters/mysql/mysql.ts'
import { mysqlOrderStore } from '../../src/adapters/mysql/order-store.ts'
import { failedPlace, failureCode } from '../../src/domain/errors.ts'
import type { Stock } from '../../src/ports/stock.ts'
import { releaser } from '../../src/workers/releaser.ts'
import { until } from '../contracts/contract.ts'
import { booksOf, createSale } from '../contracts/ledger-steps.ts'
import { AT_MS, orderIdOf, sampleMessage, sampleOrder } from '../contracts/samples.ts'
import { type MariadbServer, startMariadb } from '../support/mariadb-server.ts'
import { needsOwnMysql, sharedMysql } from '../support/needs-mysql.ts'
import { onServer, ownDatabases } from '../support/own-databases.ts'

const TIMEOUT_MS = 1000 // of a statement
const GIVEN_BACK_MS_MAX = 1000
const FAILED_MS_MAX = 10_000
const clock = { nowMs: () => AT_MS + 10_000, pause }

async function pause(ms: number, signal?: AbortSignal) {
  await sleep(ms, undefined, { signal }).catch(() => undefined)
}

const make = async (other: MariadbServer) => {
  await using opened = new AsyncDisposableStack()
  const home = opened.use(await ownDatabases(await sharedMysql(), 1))
  const away = opened.use(await ownDatabases(other.url, 1))
  // Of a user who may not write to a server that can only be read.
  const [url] = away.urls as [string]
  const name = new URL(url).pathname.slice(1)
  await onServer(url, ["create or replace user shop@'%'", `grant all on ${name}.* to shop@'%'`])
  const urls = [...home.urls, url.replace('root', 'shop')]
  const mysql = opened.use(await openMysql({ urls, timeoutMs: TIMEOUT_MS, connections: 4 }))
  const deps = { mysql, clock }
  const open = opened.move()
  return {
    mysql,
    catalog: mysqlCatalog(deps),
    ledger: mysqlLedger(deps),
    orders: mysqlOrderStore(deps),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

type Setup = Awaited<ReturnType<typeof make>>

const idOf = (buyerId: string) => orderIdOf(buyerId, Number(buyerId))

// Buyers with even numbers are at home, the others' orders in the second database.
const sell = async (
  { ledger, orders }: Setup,
  { saleId, buyerIds, payByMs }: { saleId: string; buyerIds: string[]; payByMs: number },
) => {
  const sold = buyerIds.map((buyerId) => ({ buyerId, saleId, orderId: idOf(buyerId) }))
  await ledger.decide(sold.map((ids) => sampleMessage(ids)))
  await orders.insert(sold.map((ids) => sampleOrder({ ...ids, payByMs })))
}

const startReleaser = (setup: Setup) => {
  const returned: string[] = []
  const release: Stock['release'] = async (tasks) => {
    returned.push(...tasks.map(({ orderId }) => orderId))
    return tasks.map(() => 'released')
  }
  const failed = new Set<string>()
  const loops = releaser({
    ports: { ...setup, clock, stock: { release } as Stock },
    everyMs: 20,
    seen: { expired: () => undefined, tasksOpen: () => undefined },
    failed: (name) => () => void failed.add(name),
  })
  return {
    failed,
    returned,
    async [Symbol.asyncDispose]() {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}

const givesBackInTime = async (setup: Setup, saleId: string) => {
  await using running = startReleaser(setup)
  const startedMs = performance.now()
  for (const buyerId of ['2', '4', '6']) {
    await sell(setup, { saleId, buyerIds: [buyerId], payByMs: AT_MS })
    await until(async () => running.returned.includes(idOf(buyerId)) || undefined)
  }
  const tookMs = Math.round(performance.now() - startedMs)
  assert(tookMs < GIVEN_BACK_MS_MAX, `three units, one after the other: ${tookMs} ms`)
  assert.equal((await setup.orders.read([idOf('2')]))[0]?.status, 'expired')
  await until(async () => running.failed.size > 0 || undefined, FAILED_MS_MAX)
  assert.deepEqual([...running.failed], ['release 1'])
}

// More than are expired at once, and all of them due before those at home.
const OLDER = Array.from({ length: 600 }, (_, n) => String(2 * n + 1))

suite('one server of two', needsOwnMysql(), () => {
  let server: MariadbServer

  before(async () => {
    server = await startMariadb()
  })
  after(() => server.stop())

  test('that is silent keeps no unit of the other from coming back', async () => {
    await using setup = await make(server)
    const saleId = await createSale(setup, { stock: 9 })
    server.signal('SIGSTOP')
    try {
      await givesBackInTime(setup, saleId)
    } finally {
      server.signal('SIGCONT')
    }
  })

  test('that can only be read keeps no unit of the other back, however much is due in it', async () => {
    await using setup = await make(server)
    const saleId = await createSale(setup, { stock: 999 })
    await sell(setup, { saleId, buyerIds: OLDER, payByMs: AT_MS - 1 })
    await onServer(server.url, ['set global read_only = 1'])
    try {
      await givesBackInTime(setup, saleId)
      assert.equal((await booksOf(setup, saleId)).live, OLDER.length)
    } finally {
      await onServer(server.url, ['set global read_only = 0'])
    }
  })

  test('is named by what fails there, and home is not', async () => {
    await using setup = await make(server)
    const { databases } = setup.mysql
    const failures = databases.map(async (database) => {
      await database[Symbol.asyncDispose]()
      await database.query('select 1')
    })
    const reasons = (await Promise.allSettled(failures)).map(
      (one) => one.status === 'rejected' && one.reason,
    )
    assert.deepEqual(reasons.map(failureCode), ['STORE_UNREACHABLE', 'STORE_UNREACHABLE'])
    assert.deepEqual(reasons.map(failedPlace), [undefined, '1'])
  })
})
