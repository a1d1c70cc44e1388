// What can be seen of the databases without changing anything: whether they are usable, which tables they
// have, and which processes have a lease in the home database now.

import { checkServers } from './database/check-server.ts'
import { refuseChangedList } from './database/installation.ts'
import { tableVersions } from './database/migrate.ts'
import type { Database } from './database.ts'
import { connect, type MysqlOptions } from './mysql.ts'

export interface StoreReport {
  databases: number
  warnings: string[] // of settings under which a crash of a server may lose what was promised
  versions: { found: number; known: number }[] // of the tables, database by database
  gateways: number // that have a node id
  keepers: number // 1 while some keeper has a lease that one of them always has
}

// Rejects with what is wrong and what to do.
export const inspectMysql = async ({ urls, ...options }: MysqlOptions): Promise<StoreReport> => {
  await using opened = new AsyncDisposableStack()
  const databases = urls.map((url, place) => opened.use(connect({ url, place, ...options })))
  const warnings = await checkServers(databases)
  await refuseChangedList(databases)
  const versions = await Promise.all(databases.map(tableVersions))
  const isNew = versions[0]!.found === 0
  const alive = isNew ? { gateways: 0, keepers: 0 } : await readAlive(databases[0]!)
  return { databases: databases.length, warnings, versions, ...alive }
}

const ALIVE = `
  select
    (select count(*) from node_leases where until > clock.ms) as gateways,
    (select count(*) from leases where name = 'webhook-relay' and until > clock.ms) as keepers
  from (select unix_timestamp(now(3)) * 1000 as ms) as clock
`

const readAlive = async (home: Database): Promise<{ gateways: number; keepers: number }> =>
  (await home.query<{ gateways: number; keepers: number }>(ALIVE))[0]!
