// The one SQLite file and its group commit. A change runs at once, in the order of the calls: it is
// visible when `apply` returns and durable when `settle` resolves. The process that opens the file owns
// its folder; others may read it.
//
// It must never let anybody believe in a commit that failed: all who wait for it are told, and
// `failures` grows, so that those who did not wait can notice.

import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { EngineError } from '../../domain/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import { lockFolder, type LockedFolder, unusableFolder } from './database/folder.ts'
import { type GroupCommit, groupCommit } from './database/group-commit.ts'
import { migrate } from './database/migrate.ts'

export interface Database extends AsyncDisposable {
  // A query, compiled once; its row type is the caller's word for what it selects.
  select<Row = unknown>(sql: string): Select<Row>
  // A statement that changes rows, compiled once; it returns how many it changed.
  change(sql: string): (...values: SQLInputValue[]) => number
  // Runs a change now; one that throws undoes only itself. Durable with the next `settle`.
  apply<Result>(change: () => Result): Result
  // Resolves when everything applied so far is on disk, at once when it is; rejects if it was undone.
  settle(): Promise<void>
  // apply + settle.
  write<Result>(change: () => Result): Promise<Result>
  // Runs a query now: it may show what is not durable yet.
  query<Result>(ask: () => Result): Result
  // query + settle, for what somebody outside this file acts upon: answers only what is durable.
  read<Result>(ask: () => Result): Promise<Result>
  // Lets something that is kept in memory take part in every commit.
  join: GroupCommit['join']
  // Such a part has something to write: there will be a commit, and `settle` waits for it.
  touch: GroupCommit['touch']
  // How many transactions were undone: what was applied before one of them may be gone.
  failures(): number
  // The time by the database.
  readMs(): number
  // Which database this is, among all there are.
  id: string
  stop(): Promise<void>
}

// What every adapter on this file is made of.
export interface StoreDeps {
  database: Database
  clock: Pick<Clock, 'nowMs'>
}

export interface Select<Row> {
  get(...values: SQLInputValue[]): Row | undefined
  all(...values: SQLInputValue[]): Row[]
}

// A reader that is in the way of the write-ahead log is gone within moments.
const BUSY_MS = 1000

// A long log costs recovery time, a short one writes the same pages again and again: 4,000 pages are
// 16 MB. The cache, negative, is in KiB.
const SETTINGS = `
  pragma journal_mode = wal;
  pragma synchronous = full;
  pragma foreign_keys = on;
  pragma wal_autocheckpoint = 4000;
  pragma cache_size = -65536;
  pragma temp_store = memory;
`

const READ_ID = `
  select id
  from installation
`

const NOW = `
  select cast(round(unixepoch('now', 'subsec') * 1000) as integer) as ms
`

export const openDatabase = ({ folder }: { folder: string }): Database => {
  const locked = lockFolder(folder)
  const sqlite = openFile(folder, locked)
  const select = <Row>(sql: string) => sqlite.prepare(sql) as unknown as Select<Row>
  const now = select<{ ms: number }>(NOW)
  const { apply, query, settle, failures, join, touch, stop: commitLast } = groupCommit(sqlite)

  const stop = async () => {
    if (!sqlite.isOpen) return
    const settled = settle()
    commitLast()
    sqlite.close()
    locked.unlock()
    await settled
  }

  return {
    select,
    change: (sql) => changing(sqlite, sql),
    apply,
    settle,
    join,
    touch,
    failures,
    async write(change) {
      const result = apply(change)
      await settle()
      return result
    },
    query,
    async read(ask) {
      const result = query(ask)
      await settle()
      return result
    },
    readMs: () => query(() => now.get()!.ms),
    id: select<{ id: string }>(READ_ID).get()!.id,
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

const openFile = (folder: string, locked: LockedFolder): DatabaseSync => {
  let sqlite: DatabaseSync | undefined
  try {
    sqlite = new DatabaseSync(locked.databasePath, { timeout: BUSY_MS })
    sqlite.exec(SETTINGS)
    migrate(sqlite)
    return sqlite
  } catch (error) {
    sqlite?.close()
    locked.unlock()
    throw error instanceof EngineError ? error : unusableFolder(folder, error)
  }
}

// Every result of `run` names the last row id of the connection, and ours outgrow a JavaScript number:
// so it has to be read as a bigint, or any statement after such an insert would throw.
const changing = (sqlite: DatabaseSync, sql: string) => {
  const statement = sqlite.prepare(sql)
  statement.setReadBigInts(true)
  return (...values: SQLInputValue[]): number => Number(statement.run(...values).changes)
}
