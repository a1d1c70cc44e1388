// The contract of buyer records, on SQLite.

import { sqliteAuditLog } from '../../src/adapters/sqlite/audit-log.ts'
import { sqliteBlocklist } from '../../src/adapters/sqlite/blocklist.ts'
import { sqliteBuyerRecords } from '../../src/adapters/sqlite/buyer-records.ts'
import { sqliteBuyers } from '../../src/adapters/sqlite/buyers.ts'
import { sqliteEntries } from '../../src/adapters/sqlite/entries.ts'
import { sqlitePayments } from '../../src/adapters/sqlite/payments.ts'
import { sqliteSessions } from '../../src/adapters/sqlite/sessions.ts'
import { buyerRecordsContract } from '../contracts/buyer-records.ts'
import { makeSqlite } from './sqlite-setup.ts'

const make = async () => {
  const sqlite = await makeSqlite()
  return {
    ...sqlite,
    auditLog: sqliteAuditLog(sqlite),
    blocklist: sqliteBlocklist(sqlite),
    buyerRecords: sqliteBuyerRecords(sqlite),
    buyers: sqliteBuyers(sqlite),
    entries: sqliteEntries(sqlite),
    payments: sqlitePayments(sqlite),
    sessions: sqliteSessions(sqlite),
  }
}

buyerRecordsContract('sqlite', { make })
