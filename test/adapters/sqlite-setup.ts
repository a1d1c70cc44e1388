// SQLite adapters for a test: a folder of their own, and a clock that the test moves.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sandboxPayments } from '../../src/adapters/sandbox-payments/sandbox-payments.ts'
import { sqliteAuditLog } from '../../src/adapters/sqlite/audit-log.ts'
import { sqliteBlocklist } from '../../src/adapters/sqlite/blocklist.ts'
import { sqliteBuyers } from '../../src/adapters/sqlite/buyers.ts'
import { sqliteCatalog } from '../../src/adapters/sqlite/catalog.ts'
import { sqliteChanges } from '../../src/adapters/sqlite/changes.ts'
import { openDatabase } from '../../src/adapters/sqlite/database.ts'
import { sqliteDeadLetters } from '../../src/adapters/sqlite/dead-letters.ts'
import { sqliteIdempotency } from '../../src/adapters/sqlite/idempotency.ts'
import { sqliteEntries } from '../../src/adapters/sqlite/entries.ts'
import { inTransit } from '../../src/adapters/sqlite/in-transit.ts'
import { sqliteLeases } from '../../src/adapters/sqlite/leases.ts'
import { sqliteLedger } from '../../src/adapters/sqlite/ledger.ts'
import { sqliteOrderChanges } from '../../src/adapters/sqlite/order-changes.ts'
import { sqliteOrderQueue } from '../../src/adapters/sqlite/order-queue.ts'
import { sqliteOrderStore } from '../../src/adapters/sqlite/order-store.ts'
import { sqlitePayments } from '../../src/adapters/sqlite/payments.ts'
import { sqliteRetention } from '../../src/adapters/sqlite/retention.ts'
import { sqliteSessions } from '../../src/adapters/sqlite/sessions.ts'
import { sqliteSpentChallenges } from '../../src/adapters/sqlite/spent-challenges.ts'
import { sqliteStock } from '../../src/adapters/sqlite/stock.ts'
import { sqliteWebhooks } from '../../src/adapters/sqlite/webhooks.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { TestTime } from '../contracts/contract.ts'
import { AT_MS } from '../contracts/samples.ts'

export const manualTime = (startMs = AT_MS): { clock: Clock; time: TestTime } => {
  let nowMs = startMs
  const pass = async (ms: number) => {
    nowMs += ms
  }
  return { clock: { nowMs: () => nowMs, pause: pass }, time: { nowMs: () => nowMs, pass } }
}

export const temporaryFolder = async (): Promise<AsyncDisposable & { folder: string }> => {
  const folder = await mkdtemp(join(tmpdir(), 'seckill-sqlite-'))
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) }
}

export const PAYMENT_SECRET = Buffer.alloc(32, 'payment').toString('base64')

// Every adapter over one folder, as one process has them.
export const openSqlite = ({ folder }: { folder: string }) => {
  const database = openDatabase({ folder })
  const { clock, time } = manualTime()
  const deps = { database, clock, inTransit: inTransit({ database }) }
  return {
    folder,
    database,
    clock,
    time,
    auditLog: sqliteAuditLog(deps),
    blocklist: sqliteBlocklist(deps),
    buyers: sqliteBuyers(deps),
    catalog: sqliteCatalog(deps),
    changes: sqliteChanges(deps),
    deadLetters: sqliteDeadLetters(deps),
    idempotency: sqliteIdempotency(deps),
    entries: sqliteEntries(deps),
    leases: sqliteLeases(deps),
    ledger: sqliteLedger(deps),
    orders: sqliteOrderStore(deps),
    orderChanges: sqliteOrderChanges(deps),
    payments: sqlitePayments(deps),
    provider: sandboxPayments({ secrets: [PAYMENT_SECRET], clock }),
    queue: sqliteOrderQueue(deps),
    retention: sqliteRetention(deps),
    sessions: sqliteSessions(deps),
    spentChallenges: sqliteSpentChallenges(deps),
    stock: sqliteStock(deps),
    webhooks: sqliteWebhooks(deps),
    layout: { strategy: 'counter', segments: 1 } as const,
    [Symbol.asyncDispose]: database.stop,
  }
}

export type Sqlite = ReturnType<typeof openSqlite>

export const makeSqlite = async (): Promise<Sqlite> => {
  const { folder, [Symbol.asyncDispose]: removeFolder } = await temporaryFolder()
  const sqlite = openSqlite({ folder })
  return {
    ...sqlite,
    async [Symbol.asyncDispose]() {
      await sqlite.database.stop()
      await removeFolder()
    },
  }
}
