// The contracts of the home database's smaller ports, on MySQL.

import { mysqlAuditLog } from '../../src/adapters/mysql/audit-log.ts'
import { mysqlBlocklist } from '../../src/adapters/mysql/blocklist.ts'
import { mysqlBuyerRecords } from '../../src/adapters/mysql/buyer-records.ts'
import { mysqlBuyers } from '../../src/adapters/mysql/buyers.ts'
import { mysqlCatalog } from '../../src/adapters/mysql/catalog.ts'
import { mysqlChanges } from '../../src/adapters/mysql/changes.ts'
import { mysqlDeadLetters } from '../../src/adapters/mysql/dead-letters.ts'
import { mysqlEntries } from '../../src/adapters/mysql/entries.ts'
import { mysqlIdempotency } from '../../src/adapters/mysql/idempotency.ts'
import { mysqlLeases } from '../../src/adapters/mysql/leases.ts'
import { mysqlLedger } from '../../src/adapters/mysql/ledger.ts'
import { mysqlOrderStore } from '../../src/adapters/mysql/order-store.ts'
import { mysqlPayments } from '../../src/adapters/mysql/payments.ts'
import { mysqlSessions } from '../../src/adapters/mysql/sessions.ts'
import { mysqlSpentChallenges } from '../../src/adapters/mysql/spent-challenges.ts'
import { auditLogContract } from '../contracts/audit-log.ts'
import { blocklistContract } from '../contracts/blocklist.ts'
import { buyerRecordsContract } from '../contracts/buyer-records.ts'
import { buyersContract } from '../contracts/buyers.ts'
import { catalogContract } from '../contracts/catalog.ts'
import { changesContract } from '../contracts/changes.ts'
import { deadLettersContract } from '../contracts/dead-letters.ts'
import { entriesContract } from '../contracts/entries.ts'
import { idempotencyContract } from '../contracts/idempotency.ts'
import { leasesContract } from '../contracts/leases.ts'
import { sessionsContract } from '../contracts/sessions.ts'
import { spentChallengesContract } from '../contracts/spent-challenges.ts'
import { needsMysql } from '../support/needs-mysql.ts'
import { emptyMysql } from './mysql-setup.ts'

const make = async () => {
  const deps = await emptyMysql()
  return {
    ...deps,
    auditLog: mysqlAuditLog(deps),
    blocklist: mysqlBlocklist(deps),
    buyerRecords: mysqlBuyerRecords(deps),
    buyers: mysqlBuyers(deps),
    catalog: mysqlCatalog(deps),
    changes: mysqlChanges(deps),
    deadLetters: mysqlDeadLetters(deps),
    entries: mysqlEntries(deps),
    idempotency: mysqlIdempotency(deps),
    leases: mysqlLeases(deps),
    ledger: mysqlLedger(deps),
    orders: mysqlOrderStore(deps),
    payments: mysqlPayments(deps),
    sessions: mysqlSessions(deps),
    spentChallenges: mysqlSpentChallenges(deps),
  }
}

const options = { make, missing: needsMysql().skip }

catalogContract('mysql', options)
changesContract('mysql', options)
idempotencyContract('mysql', options)
leasesContract('mysql', options)
buyersContract('mysql', options)
sessionsContract('mysql', options)
spentChallengesContract('mysql', options)
entriesContract('mysql', options)
auditLogContract('mysql', options)
blocklistContract('mysql', options)
deadLettersContract('mysql', options)

const reason = 'nobody can ask Kafka for the orders of one buyer'

buyerRecordsContract('mysql', {
  ...options,
  skip: [
    { test: 'an order in transit is found', reason },
    { test: 'a buyer with an order in transit is not erased', reason },
  ],
})
