// Everything behind the ports in one database file, which this process owns.

import type { Config } from '../../config.ts'
import { sqliteAuditLog } from '../../adapters/sqlite/audit-log.ts'
import { sqliteBlocklist } from '../../adapters/sqlite/blocklist.ts'
import { sqliteBuyerRecords } from '../../adapters/sqlite/buyer-records.ts'
import { sqliteBuyers } from '../../adapters/sqlite/buyers.ts'
import { sqliteCatalog } from '../../adapters/sqlite/catalog.ts'
import { sqliteChanges } from '../../adapters/sqlite/changes.ts'
import { openDatabase } from '../../adapters/sqlite/database.ts'
import { sqliteDeadLetters } from '../../adapters/sqlite/dead-letters.ts'
import { sqliteIdempotency } from '../../adapters/sqlite/idempotency.ts'
import { sqliteEntries } from '../../adapters/sqlite/entries.ts'
import { inTransit as newInTransit } from '../../adapters/sqlite/in-transit.ts'
import { sqliteLeases } from '../../adapters/sqlite/leases.ts'
import { sqliteLedger } from '../../adapters/sqlite/ledger.ts'
import { sqliteOrderChanges } from '../../adapters/sqlite/order-changes.ts'
import { sqliteOrderQueue } from '../../adapters/sqlite/order-queue.ts'
import { sqliteOrderStore } from '../../adapters/sqlite/order-store.ts'
import { sqlitePayments } from '../../adapters/sqlite/payments.ts'
import { sqliteRetention } from '../../adapters/sqlite/retention.ts'
import { sqliteSessions } from '../../adapters/sqlite/sessions.ts'
import { sqliteSpentChallenges } from '../../adapters/sqlite/spent-challenges.ts'
import { sqliteStock } from '../../adapters/sqlite/stock.ts'
import { sqliteWebhooks } from '../../adapters/sqlite/webhooks.ts'
import { storeClock } from '../../adapters/system/clock.ts'

export const openSqlite = async (config: Config, opened: AsyncDisposableStack) => {
  const database = opened.use(openDatabase({ folder: config.SECKILL_DATA }))
  const clock = opened.use(await storeClock({ readStoreMs: database.readMs }))
  // What the queue has in memory is the embedded engine's list of marks as well.
  const inTransit = newInTransit({ database })
  const deps = { database, clock, inTransit }
  const ports = {
    auditLog: sqliteAuditLog(deps),
    blocklist: sqliteBlocklist(deps),
    buyerRecords: sqliteBuyerRecords(deps),
    buyers: sqliteBuyers(deps),
    catalog: sqliteCatalog(deps),
    changes: sqliteChanges(deps),
    clock,
    deadLetters: sqliteDeadLetters(deps),
    idempotency: sqliteIdempotency(deps),
    entries: sqliteEntries(deps),
    leases: sqliteLeases(deps),
    ledger: sqliteLedger(deps),
    orderChanges: sqliteOrderChanges(deps),
    orders: sqliteOrderStore(deps),
    payments: sqlitePayments(deps),
    queue: sqliteOrderQueue(deps),
    retention: sqliteRetention(deps),
    sessions: sqliteSessions(deps),
    spentChallenges: sqliteSpentChallenges(deps),
    webhooks: sqliteWebhooks(deps),
  }
  return {
    home: database.id,
    ports,
    embeddedStock: () => sqliteStock(deps),
    connections: {},
    warnings: [],
  }
}
