// The home database and the databases of the orders: where each is, which shards it has, and that all of
// them are the ones this installation was made with. What opens them brings their tables up to date.
//
// It must never write to a database of another installation, or look for a shard where it is not.

import { createPool } from 'mysql2'
import { SHARDS } from '../../domain/ids.ts'
import type { Clock } from '../../ports/clock.ts'
import { type Database, mysqlDatabase } from './database.ts'
import { checkPrivileges, checkServers } from './database/check-server.ts'
import { joinInstallation, refuseChangedList } from './database/installation.ts'
import { migrate } from './database/migrate.ts'

export interface Mysql extends AsyncDisposable {
  home: Database // the first of them
  databases: Database[]
  ofShard(shard: number): Database
  id: string // of this installation: a restore makes another
  warnings: string[] // of settings under which a crash of a server may lose what was promised
  readMs(): Promise<number>
}

// What every adapter on these databases is made of.
export interface StoreDeps {
  mysql: Mysql
  clock: Pick<Clock, 'nowMs'>
}

export interface MysqlOptions {
  urls: string[] // mysql://user:password@host:port/database, mysqls: encrypted; 1 to 16, home first
  timeoutMs: number // of one statement
  connections: number // to each database, at most
}

const NOW = `
  select cast(unix_timestamp(now(3)) * 1000 as signed) as ms
`

// Rejects with what is wrong and what to do. Two processes may open new databases at once.
export const openMysql = async ({ urls, ...options }: MysqlOptions): Promise<Mysql> => {
  await using opened = new AsyncDisposableStack() // what fails below leaves nothing open
  const databases = urls.map((url, place) => opened.use(connect({ url, place, ...options })))
  const home = databases[0]!
  const warnings = await checkServers(databases)
  await refuseChangedList(databases)
  for (const database of databases)
    await migrate(database, { shards: shardsAt(database.place, databases.length) })
  await Promise.all(databases.map(checkPrivileges))
  const id = await joinInstallation(databases)
  const open = opened.move()
  return {
    home,
    databases,
    ofShard: (shard) => databases[placeOf(shard, databases.length)]!,
    id,
    warnings,
    readMs: async () => (await home.query<{ ms: number }>(NOW))[0]!.ms,
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

// In which of so many databases the tables of a shard are. The shards of a partition of the queue are
// 100 apart, so that with 1, 2, 4, 5 or 10 databases they are all in one.
export const placeOf = (shard: number, databases: number): number => shard % databases

export const shardsAt = (place: number, databases: number): number[] =>
  Array.from({ length: SHARDS }, (_, shard) => shard).filter(
    (shard) => placeOf(shard, databases) === place,
  )

// Whoever waits for a connection waits in the pool, so many of them at most.
const WAITING_MAX = 10_000

// A lock is waited for shortly and then asked for again: see `write` of the database.
const LOCK_WAIT_SECONDS = 1

// A machine that vanishes, or stands still, in the middle of a change keeps its locks for so long; on
// MySQL, which knows no such limit, as long as a connection may be idle.
const IDLE_CHANGE_SECONDS = 10
const IDLE_SECONDS = 60

// Idle ones are closed here before the server does it in the middle of being taken.
const IDLE_MS = (IDLE_SECONDS / 2) * 1000

// The hours of a server's own time zone are not the same all year.
const SESSION = `
  set session
    sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION',
    time_zone = '+00:00',
    innodb_lock_wait_timeout = ${LOCK_WAIT_SECONDS},
    wait_timeout = ${IDLE_SECONDS}
    /*M!, idle_write_transaction_timeout = ${IDLE_CHANGE_SECONDS} */
`

const READ_COMMITTED = 'set session transaction isolation level read committed'

export const connect = (
  of: { url: string; place: number } & Omit<MysqlOptions, 'urls'>,
): Database => {
  const url = new URL(of.url)
  const name = decodeURIComponent(url.pathname.slice(1))
  const pool = createPool({
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port || 3306),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: name,
    ...(url.protocol === 'mysqls:' && { ssl: { verifyIdentity: true } }),
    charset: 'utf8mb4_bin',
    timezone: 'Z',
    supportBigNumbers: true,
    flags: ['-FOUND_ROWS'],
    connectionLimit: of.connections,
    maxIdle: of.connections - 1, // only then are idle ones looked for
    idleTimeout: IDLE_MS,
    queueLimit: WAITING_MAX,
    connectTimeout: of.timeoutMs,
    enableKeepAlive: true,
  })
  // They go before the first statement of whoever the connection is for.
  pool.on('connection', (connection) => {
    for (const sql of [SESSION, READ_COMMITTED])
      connection.query({ sql, timeout: of.timeoutMs }, (error) => error && connection.destroy())
  })
  return mysqlDatabase({ pool: pool.promise(), place: of.place, name, timeoutMs: of.timeoutMs })
}
