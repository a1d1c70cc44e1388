// The only file that imports adapters: which technology stands behind each port, by settings alone.

import type { Config } from '../config.ts'
import type { Ports } from '../ports/ports.ts'
import { sqliteCatalog } from '../adapters/sqlite/catalog.ts'
import { sqliteChanges } from '../adapters/sqlite/changes.ts'
import { openDatabase } from '../adapters/sqlite/database.ts'
import { inTransit as newInTransit } from '../adapters/sqlite/in-transit.ts'
import { sqliteLeases } from '../adapters/sqlite/leases.ts'
import { sqliteLedger } from '../adapters/sqlite/ledger.ts'
import { sqliteOrderQueue } from '../adapters/sqlite/order-queue.ts'
import { sqliteOrderStore } from '../adapters/sqlite/order-store.ts'
import { sqliteStock } from '../adapters/sqlite/stock.ts'
import { storeClock } from '../adapters/system/clock.ts'

export { generatedSecrets } from '../adapters/system/secrets.ts'

export interface Wired {
  ports: Ports
  stop(): Promise<void>
}

export const wire = async (config: Config): Promise<Wired> => {
  const database = openDatabase({ folder: config.SECKILL_DATA })
  const clock = await storeClock({ readStoreMs: database.readMs })
  const inTransit = newInTransit({ database })
  const deps = { database, clock, inTransit }
  return {
    ports: {
      catalog: sqliteCatalog(deps),
      changes: sqliteChanges(deps),
      clock,
      leases: sqliteLeases(deps),
      ledger: sqliteLedger(deps),
      orders: sqliteOrderStore(deps),
      queue: sqliteOrderQueue(deps),
      stock: sqliteStock(deps),
    },
    async stop() {
      await clock.stop()
      await database.stop()
    },
  }
}
