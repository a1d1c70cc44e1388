// The retention contract on SQLite, and that a batch is small enough for nobody to notice it.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { ForgottenKind } from '../../src/ports/retention.ts'
import { retentionContract } from '../contracts/retention.ts'
import {
  AT_MS,
  orderIdOf,
  sampleMessage,
  sampleOrder,
  sampleProduct,
  sampleSale,
} from '../contracts/samples.ts'
import { makeSqlite, type Sqlite } from './sqlite-setup.ts'

// One row that was over at ?1; ?2 tells rows apart.
const ROWS: Record<ForgottenKind, string[]> = {
  sessions: [
    'insert into buyers (name, created_at) values (?2, ?1)',
    `insert into sessions (session_id, buyer_id, created_at, expires_at)
     select ?2, max(buyer_id), ?1, ?1 from buyers`,
  ],
  blocks: [
    `insert into blocklist (kind, value, reason, by, until, created_at, version)
     values ('buyer', ?2, '', '', ?1, ?1, ?1)`,
  ],
  'idempotency-keys': [
    "insert into idempotency_keys (operator, key, fingerprint, at) values ('one', ?2, '', ?1)",
  ],
  'payment-events': [
    `insert into payment_events (event_id, payment_id, type, received_at)
     values (?2, 1, '', ?1)`,
  ],
  entries: [
    `insert into sales (product_id, title, price, currency, starts_at, ends_at, per_buyer_limit,
       strategy, segments, admission, pay_within_ms, tokens_from_ms, limits, rehearsal, created_at)
     values (1, '', 1, 'CNY', ?1 - 1, ?1, 1, '', 1, '', 1, 1, '{}', 0, ?2)`,
    `insert into entries (sale_id, buyer_id, phase, created_at)
     select max(sale_id), ?2, 'admitted', ?1 from sales`,
  ],
  'audit-entries': [
    `insert into audit_log (at, by, change, subject, reason, details)
     values (?1, '', 'made', ?2, '', '{}')`,
  ],
  'webhook-deliveries': [
    `insert into webhook_endpoints (url, description, types, enabled, created_at, deleted_at)
     values ('', '', '[]', 0, ?1, null)`,
    `insert into webhook_deliveries (
       endpoint_id, event_id, type, subject, payload, status, created_at, finished_at)
     select max(endpoint_id), ?2, '', '', '', 'delivered', ?1, ?1 from webhook_endpoints`,
  ],
  'spent-challenges': ['insert into spent_challenges (challenge_id, until) values (?2, ?1)'],
}

const TABLES: Record<ForgottenKind, string> = {
  sessions: 'sessions',
  blocks: 'blocklist',
  'idempotency-keys': 'idempotency_keys',
  'payment-events': 'payment_events',
  entries: 'entries',
  'audit-entries': "audit_log where change = 'made'",
  'webhook-deliveries': 'webhook_deliveries',
  'spent-challenges': 'spent_challenges',
}

// SQLite gives ?1 and ?2 their type by their value: the second is text.
const insertRows = (sqlite: Sqlite, instants: number[]) =>
  sqlite.database.write(() => {
    for (const [at, ms] of instants.entries())
      for (const sql of Object.values(ROWS).flat())
        sqlite.database.change(sql)(...(sql.includes('?2') ? [ms, String(at)] : [ms]))
  })

const countRows = async ({ database }: Sqlite) => {
  const counted = Object.entries(TABLES).map(([kind, table]) => {
    return [kind, database.select<{ rows: number }>(`select count(*) as rows from ${table}`).get()]
  })
  return Object.fromEntries(counted.map(([kind, row]) => [kind, (row as { rows: number }).rows]))
}

const OWE = `
  insert into payments (
    payment_id, order_id, provider, amount, currency, status, created_at, changed_at)
  values (1, ?, 'sandbox', 1, 'CNY', 'refund-due', 0, 0)
`

const make = async () => {
  const sqlite = await makeSqlite()
  await sqlite.catalog.createProduct(sampleProduct, 'test')
  await sqlite.database.write(() => sqlite.database.change('delete from audit_log')())
  return {
    ...sqlite,
    rowsOverAt: (instants: number[]) => insertRows(sqlite, instants),
    countRows: () => countRows(sqlite),
    async owe(orderId: string) {
      await sqlite.database.write(() => sqlite.database.change(OWE)(orderId))
    },
  }
}

retentionContract('sqlite', { make })

suite('sqlite retention', () => {
  test('a batch of 100 orders, or rows, holds the event loop for less than 20 ms', async (context) => {
    await using sqlite = await make()
    const { catalog, ledger, orders, retention } = sqlite
    const stock = 2000
    const { saleId } = await catalog.createSale(sampleSale({ productId: '1', stock }), 'test')
    const buyers = Array.from({ length: stock }, (_, at) => String(at + 1))
    const own = buyers.map((buyerId, at) => ({ buyerId, saleId, orderId: orderIdOf(buyerId, at) }))
    await ledger.decide(own.map((one) => sampleMessage(one)))
    await orders.insert(own.map((one) => sampleOrder({ ...one, status: 'paid' })))
    const instants = buyers.map((_, at) => AT_MS - at)
    await insertRows(sqlite, instants)
    const median = async (step: () => Promise<number>) => {
      const tookMs: number[] = []
      for (let gone = Promise.resolve(1); (await gone) > 0;) {
        const startedMs = performance.now()
        gone = step()
        tookMs.push(performance.now() - startedMs) // how long it held the event loop
      }
      tookMs.sort((a, b) => a - b)
      context.diagnostic(`${tookMs.map((ms) => ms.toFixed(1)).join(' ')} ms`)
      return tookMs[Math.floor(tookMs.length / 2)]!
    }
    assert.ok((await median(() => retention.forgetOrders({ saleId, limit: 100 }))) < 20)
    const at = { kind: 'audit-entries', beforeMs: AT_MS + 1, limit: 100 } as const
    assert.ok((await median(() => retention.forget(at))) < 20)
    assert.equal((await ledger.readEntries([orderIdOf('1')])).size, 0)
  })
})
