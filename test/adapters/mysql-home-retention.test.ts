// The retention contract on MySQL, and what only several databases can do wrong.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { mysqlAuditLog } from '../../src/adapters/mysql/audit-log.ts'
import { mysqlCatalog } from '../../src/adapters/mysql/catalog.ts'
import type { Database, Value } from '../../src/adapters/mysql/database.ts'
import { mysqlLedger } from '../../src/adapters/mysql/ledger.ts'
import type { Mysql } from '../../src/adapters/mysql/mysql.ts'
import { mysqlOrderStore } from '../../src/adapters/mysql/order-store.ts'
import { databaseOf } from '../../src/adapters/mysql/order-tables.ts'
import { mysqlRetention } from '../../src/adapters/mysql/retention.ts'
import { firstAuditIdAt } from '../../src/adapters/mysql/rows/audit-log.ts'
import type { OrderId } from '../../src/domain/ids.ts'
import type { ForgottenKind } from '../../src/ports/retention.ts'
import { createSale } from '../contracts/ledger-steps.ts'
import { retentionContract } from '../contracts/retention.ts'
import { AT_MS, orderIdOf, sampleMessage, sampleOrder } from '../contracts/samples.ts'
import { needsMysql } from '../support/needs-mysql.ts'
import { emptyMysql } from './mysql-setup.ts'

// One row that was over at `ms`; `at` tells rows apart.
const rowsOverAt = async (database: Database, { ms, at }: { ms: number; at: number }) => {
  const make = (sql: string, values: Value[]) => database.insert(sql, [values])
  const buyerId = await make('insert into buyers (name, created_at) values (?)', [at, ms])
  const session = [String(at), buyerId, ms, ms]
  await make(`insert into sessions values (?)`, session)
  await make(
    `insert into blocklist (kind, value, reason, made_by, until, created_at, version) values (?)`,
    ['buyer', at, '', '', ms, ms, ms],
  )
  await make('insert into idempotency_keys (operator, request_key, fingerprint, at) values (?)', [
    'one',
    at,
    '',
    ms,
  ])
  const productId = await make(
    'insert into products (title, list_price, currency, created_at) values (?)',
    ['', 1, 'CNY', ms],
  )
  const saleId = await make(
    `insert into sales (product_id, title, price, currency, starts_at, ends_at, per_buyer_limit,
       strategy, segments, admission, pay_within_ms, tokens_from_ms, limits, rehearsal, created_at)
     values (?)`,
    [productId, '', 1, 'CNY', ms - 1, ms, 1, '', 1, '', 1, 1, '{}', 0, 0],
  )
  await make('insert into entries (sale_id, buyer_id, phase, created_at) values (?)', [
    saleId,
    at,
    'admitted',
    ms,
  ])
  const endpointId = await make(
    'insert into webhook_endpoints (url, description, types, enabled, created_at) values (?)',
    ['', '', '[]', 0, ms],
  )
  await make(
    `insert into webhook_deliveries (
       endpoint_id, event_id, type, subject, payload, status, created_at, finished_at)
     values (?)`,
    [endpointId, at, '', '', '', 'delivered', ms, ms],
  )
  await database.change('insert into spent_challenges values (?)', [[String(at), ms]])
}

// In every database by turns.
const rowsAnywhere = async (database: Database, { ms, at }: { ms: number; at: number }) => {
  const event = [String(at), '1', '', ms]
  await database.change('insert into payment_events values (?)', [event])
  const entry = [firstAuditIdAt(ms), ms, '', 'made', String(at), '', '{}']
  await database.change('insert into audit_log values (?)', [entry])
}

const TABLES: Record<ForgottenKind, string> = {
  sessions: 'sessions',
  blocks: 'blocklist',
  'idempotency-keys': 'idempotency_keys',
  'payment-events': 'payment_events',
  entries: 'entries',
  'audit-entries': "audit_log where change_name = 'made'",
  'webhook-deliveries': 'webhook_deliveries',
  'spent-challenges': 'spent_challenges',
}

const ANYWHERE = ['payment-events', 'audit-entries']

const countRows = async ({ home, databases }: Mysql) => {
  const counted = Object.entries(TABLES).map(async ([kind, table]) => {
    let all = 0
    for (const database of ANYWHERE.includes(kind) ? databases : [home])
      all += (await database.query<{ n: number }>(`select count(*) as n from ${table}`))[0]!.n
    return [kind, all] as const
  })
  return Object.fromEntries(await Promise.all(counted)) as Record<ForgottenKind, number>
}

const OWE = `
  insert into payments (
    payment_id, order_id, provider, amount, currency, status, created_at, changed_at)
  values (?)
`

const make = async () => {
  const deps = await emptyMysql()
  const { mysql } = deps
  return {
    ...deps,
    auditLog: mysqlAuditLog(deps),
    catalog: mysqlCatalog(deps),
    ledger: mysqlLedger(deps),
    orders: mysqlOrderStore(deps),
    retention: mysqlRetention(deps),
    async rowsOverAt(instants: number[]) {
      for (const [at, ms] of instants.entries()) {
        await rowsOverAt(mysql.home, { ms, at })
        await rowsAnywhere(mysql.databases[at % mysql.databases.length]!, { ms, at })
      }
    },
    countRows: () => countRows(mysql),
    owe: (orderId: OrderId) => owe(mysql, orderId),
  }
}

const owe = async (mysql: Mysql, orderId: OrderId) => {
  const values = [orderId, orderId, 'sandbox', 1, 'CNY', 'refund-due', 0, 0]
  await databaseOf(mysql, orderId).change(OWE, [values])
}

const { skip } = needsMysql()

retentionContract('mysql', { make, missing: skip })

// Of buyers 1, 2, 3 …, whose orders lie in databases by turns.
const forgettableSale = async (setup: Awaited<ReturnType<typeof make>>, count: number) => {
  const saleId = await createSale(setup, { stock: count })
  const buyers = Array.from({ length: count }, (_, at) => String(at + 1))
  await setup.ledger.decide(buyers.map((buyerId) => sampleMessage({ buyerId, saleId })))
  await setup.orders.insert(
    buyers.map((buyerId) => sampleOrder({ buyerId, saleId, status: 'paid' })),
  )
  const set = { leftEngineAtMs: AT_MS }
  await setup.catalog.changeSale({ saleId, set, by: 'keeper', reason: '' })
  return saleId
}

suite('mysql retention', { skip }, () => {
  test('orders whose money is owed are passed over, however many come first', async () => {
    const setup = await make()
    const saleId = await forgettableSale(setup, 6)
    for (const buyerId of ['1', '2', '3']) await setup.owe(orderIdOf(buyerId))
    const gone = await setup.retention.forgetOrders({ saleId, limit: 2 })
    assert.equal(gone, 2)
    assert.equal(await setup.retention.forgetOrders({ saleId, limit: 2 }), 1)
    assert.equal(await setup.retention.forgetOrders({ saleId, limit: 2 }), 0)
    const books = await setup.ledger.readBooks(saleId)
    assert.deepEqual([books?.live, books?.total], [3, 3])
  })

  test('orders that went, and whose ledger rows did not, are finished by the next call', async () => {
    const setup = await make()
    const saleId = await forgettableSale(setup, 4)
    const { databases } = setup.mysql
    for (const [at, table] of ['orders_001', 'orders_002'].entries())
      await databases[(at + 1) % 2]!.change(`delete from ${table}`)
    assert.equal(await setup.retention.forgetOrders({ saleId, limit: 10 }), 4)
    assert.equal((await setup.ledger.readBooks(saleId))?.total, 0)
    assert.equal(await setup.retention.forgetSale(saleId), true)
  })

  test('two who forget one sale at once forget each order once', async () => {
    const setup = await make()
    const saleId = await forgettableSale(setup, 40)
    const at = { beforeMs: AT_MS + 1, by: 'keeper' }
    const taken = await Promise.all([1, 2].map(() => setup.retention.takeOldSale(at)))
    assert.deepEqual(taken, [saleId, saleId])
    const logged = await setup.auditLog.list({ subject: `sale ${saleId}`, limit: 9 })
    assert.equal(logged.filter(({ change }) => change === 'forget-sale').length, 1)
    await Promise.all([1, 2].map(() => setup.retention.forgetOrders({ saleId, limit: 100 })))
    const books = await setup.ledger.readBooks(saleId)
    assert.deepEqual([books?.live, books?.total, books?.available], [0, 0, 0])
  })

  test('a sale with a change that is still to be told of is not old, in any database', async () => {
    const setup = await make()
    const saleId = await forgettableSale(setup, 2)
    const at = { beforeMs: AT_MS + 1, by: 'keeper' }
    for (const buyerId of ['1', '2']) {
      const orderId = orderIdOf(buyerId)
      const change = { orderId, reason: 'refunded', nowMs: AT_MS } as const
      await setup.orders.release(change)
      assert.equal(await setup.retention.takeOldSale(at), undefined)
      await setup.mysql.databases[Number(buyerId) % 2]!.change(
        `delete from outbox_0${Number(buyerId) % 2}`,
      )
    }
    assert.equal(await setup.retention.takeOldSale(at), saleId)
  })
})
