// SQLite adapters for a test: a folder of their own, and a clock that the test moves.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqliteCatalog } from '../../src/adapters/sqlite/catalog.ts'
import { sqliteChanges } from '../../src/adapters/sqlite/changes.ts'
import { openDatabase } from '../../src/adapters/sqlite/database.ts'
import { inTransit } from '../../src/adapters/sqlite/in-transit.ts'
import { sqliteLeases } from '../../src/adapters/sqlite/leases.ts'
import { sqliteLedger } from '../../src/adapters/sqlite/ledger.ts'
import { sqliteOrderQueue } from '../../src/adapters/sqlite/order-queue.ts'
import { sqliteOrderStore } from '../../src/adapters/sqlite/order-store.ts'
import { sqliteStock } from '../../src/adapters/sqlite/stock.ts'
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
    catalog: sqliteCatalog(deps),
    changes: sqliteChanges(deps),
    leases: sqliteLeases(deps),
    ledger: sqliteLedger(deps),
    orders: sqliteOrderStore(deps),
    queue: sqliteOrderQueue(deps),
    stock: sqliteStock(deps),
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
