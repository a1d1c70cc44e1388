// Every contract, on SQLite.

import { auditLogContract } from '../contracts/audit-log.ts'
import { blocklistContract } from '../contracts/blocklist.ts'
import { buyersContract } from '../contracts/buyers.ts'
import { catalogContract } from '../contracts/catalog.ts'
import { changesContract } from '../contracts/changes.ts'
import { deadLettersContract } from '../contracts/dead-letters.ts'
import { entriesContract } from '../contracts/entries.ts'
import { idempotencyContract } from '../contracts/idempotency.ts'
import { leasesContract } from '../contracts/leases.ts'
import { ledgerContract } from '../contracts/ledger.ts'
import { orderChangesContract } from '../contracts/order-changes.ts'
import { orderQueueContract } from '../contracts/order-queue.ts'
import { orderStoreContract } from '../contracts/order-store.ts'
import { paymentsContract } from '../contracts/payments.ts'
import { sessionsContract } from '../contracts/sessions.ts'
import { spentChallengesContract } from '../contracts/spent-challenges.ts'
import { stockContract } from '../contracts/stock.ts'
import { webhooksContract } from '../contracts/webhooks.ts'
import { makeSqlite } from './sqlite-setup.ts'

const options = { make: makeSqlite }

stockContract('sqlite', options)
orderQueueContract('sqlite', options)
ledgerContract('sqlite', options)
orderStoreContract('sqlite', options)
orderChangesContract('sqlite', options)
paymentsContract('sqlite', options)
catalogContract('sqlite', options)
changesContract('sqlite', options)
idempotencyContract('sqlite', options)
leasesContract('sqlite', options)
buyersContract('sqlite', options)
sessionsContract('sqlite', options)
spentChallengesContract('sqlite', options)
entriesContract('sqlite', options)
auditLogContract('sqlite', options)
blocklistContract('sqlite', options)
deadLettersContract('sqlite', options)
webhooksContract('sqlite', options)
