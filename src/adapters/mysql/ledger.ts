// The home database: units by sale row and ledger. What two transactions decide by is locked, always in
// one order (id-order.ts).

import type { Ledger } from '../../ports/ledger.ts'
import { ledgerDeciding } from './ledger/decide.ts'
import { ledgerReadings } from './ledger/readings.ts'
import { ledgerRebuilding } from './ledger/rebuild.ts'
import { ledgerReleasing } from './ledger/release.ts'
import { ledgerRestocking } from './ledger/restock.ts'
import { ledgerTasks } from './ledger/tasks.ts'
import type { StoreDeps } from './mysql.ts'

export const mysqlLedger = (deps: StoreDeps): Ledger => ({
  ...ledgerRebuilding(deps),
  ...ledgerDeciding(deps),
  ...ledgerReleasing(deps),
  ...ledgerRestocking(deps),
  ...ledgerTasks(deps),
  ...ledgerReadings(deps),
})
