// The home database: units by sale row and ledger. `decide` alone answers before its commit, because
// the queue's `commit` that follows waits for it (see order-queue.ts). What the engine will act upon is
// read only when it is durable, so that the engine never gives what home may still lose.

import type { Ledger } from '../../ports/ledger.ts'
import type { StoreDeps } from './database.ts'
import { ledgerDeciding } from './ledger/decide.ts'
import { ledgerReadings } from './ledger/readings.ts'
import { ledgerRebuilding } from './ledger/rebuild.ts'
import { ledgerReleasing } from './ledger/release.ts'
import { ledgerRestocking } from './ledger/restock.ts'
import { ledgerTasks } from './ledger/tasks.ts'

export const sqliteLedger = (deps: StoreDeps): Ledger => ({
  ...ledgerRebuilding(deps),
  ...ledgerDeciding(deps),
  ...ledgerReleasing(deps),
  ...ledgerRestocking(deps),
  ...ledgerTasks(deps),
  ...ledgerReadings(deps),
})
