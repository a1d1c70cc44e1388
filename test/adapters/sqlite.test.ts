// Every contract, on SQLite.

import { catalogContract } from '../contracts/catalog.ts'
import { changesContract } from '../contracts/changes.ts'
import { leasesContract } from '../contracts/leases.ts'
import { ledgerContract } from '../contracts/ledger.ts'
import { orderQueueContract } from '../contracts/order-queue.ts'
import { orderStoreContract } from '../contracts/order-store.ts'
import { stockContract } from '../contracts/stock.ts'
import { makeSqlite } from './sqlite-setup.ts'

const options = { make: makeSqlite }

stockContract('sqlite', options)
orderQueueContract('sqlite', options)
ledgerContract('sqlite', options)
orderStoreContract('sqlite', options)
catalogContract('sqlite', options)
changesContract('sqlite', options)
leasesContract('sqlite', options)
