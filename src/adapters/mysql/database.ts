// One MySQL database behind a pool of connections. Every call has a deadline of its own; one that is
// passed, or a server that is gone, rejects with STORE_UNREACHABLE: nothing is known then of a change,
// so whoever repeats it must be able to.
//
// Transactions are READ COMMITTED. One that met a deadlock or waited too long for a lock is begun again,
// so what it does must begin at the beginning each time. A connection about which nothing is sure any
// more is thrown away.

import type { Pool, PoolConnection } from 'mysql2/promise'
import { EngineError } from '../../domain/errors.ts'
import {
  type FailedDatabase,
  isLockFailure,
  isOver,
  noConnection,
  storeFailure,
} from './database/failures.ts'

// Texts and numbers; ids as decimal text, which MySQL compares exactly with a bigint column. An array
// stands for a list of values, an array of arrays behind `values ?` for rows.
export type Value = string | number | null | Value[]

export interface Statements {
  // Rows as the statement names their columns; integers up to 2⁵³ are numbers, so ids must be
  // `cast(… as char)` and sums `cast(… as signed)`.
  query<Row>(sql: string, values?: Value[]): Promise<Row[]>
  // How many rows a statement has made or made different; one that `on duplicate key update` left as it
  // was does not count.
  change(sql: string, values?: Value[]): Promise<number>
  // The number that the statement has given to the first row it made, as decimal text.
  insert(sql: string, values?: Value[]): Promise<string>
}

export interface Database extends Statements, AsyncDisposable {
  place: number // in the list of databases; 0 is home
  name: string
  // Rows of what takes changes now, each with `@@global.read_only as readOnly`: a server that others have
  // replaced may not have heard of the newest. A connection to such a one is thrown away.
  queryPrimary<Row extends { readOnly: number }>(
    sql: string,
    values: Value[],
    at: { withinMs: number },
  ): Promise<Row[]>
  // Durable when it resolves, and undone when it rejects, unless nothing is known. `withinMs` is for
  // changes of very many rows.
  write<Result>(
    change: (transaction: Statements) => Promise<Result>,
    at?: { withinMs?: number },
  ): Promise<Result>
  // Runs while no other process runs something under this name, for at most a minute.
  alone<Result>(name: string, work: (connection: Statements) => Promise<Result>): Promise<Result>
  // Reads as of one instant, for very many rows or several statements that must agree.
  snapshot<Result>(read: (transaction: Statements) => Promise<Result>): Promise<Result>
}

export interface DatabaseOptions {
  pool: Pool
  place: number
  name: string
  timeoutMs: number // of one statement, and as much again for a whole transaction
}

// A book of a million orders is read, and tables are made, within this time.
const LONG_MS = 60_000

const BEGIN = 'start transaction'
const BEGIN_SNAPSHOT = 'start transaction with consistent snapshot, read only'
const REPEATABLE = 'set transaction isolation level repeatable read'

export const mysqlDatabase = ({ pool, place, name, timeoutMs }: DatabaseOptions): Database => {
  const own = { name, place: place === 0 ? undefined : String(place) }
  const singleWithin =
    (withinMs: number): Use =>
    (work) => {
      const bounds = { endsAtMs: performance.now() + withinMs, ...own }
      return againAfterLocks(() => borrow(pool, bounds, (use) => work(use, bounds)), bounds)
    }

  const transact = async <Result>(
    begin: string[],
    endsAtMs: number,
    work: (transaction: Statements) => Promise<Result>,
  ) =>
    borrow(pool, { endsAtMs, ...own }, async (connection) => {
      const inside = statements((work) => work(connection, { endsAtMs, ...own }))
      for (const sql of begin) await inside.change(sql)
      try {
        const result = await work(inside)
        await inside.change('commit')
        return result
      } catch (error) {
        if (!isOver(error)) await inside.change('rollback')
        throw error
      }
    })

  return {
    place,
    name,
    ...statements(singleWithin(timeoutMs)),
    queryPrimary: (sql, values, { withinMs }) =>
      singleWithin(Math.min(withinMs, timeoutMs))(async (connection, bounds) => {
        const rows = await ask<{ readOnly: number }[]>(connection, { sql, values, bounds })
        if (rows.some(({ readOnly }) => readOnly === 1)) throw replaced(bounds)
        return rows as never
      }),
    write: (work, { withinMs = 2 * timeoutMs } = {}) => {
      const endsAtMs = performance.now() + withinMs
      return againAfterLocks(() => transact([BEGIN], endsAtMs, work), { endsAtMs, ...own })
    },
    snapshot: (work) => transact([REPEATABLE, BEGIN_SNAPSHOT], performance.now() + LONG_MS, work),
    alone: (lock, work) => {
      const bounds = { endsAtMs: performance.now() + LONG_MS, ...own }
      return borrow(pool, bounds, (connection) => alone(connection, { lock, bounds, work }))
    },
    // A connection that cannot be closed in good order is closed all the same.
    [Symbol.asyncDispose]: () => pool.end().catch(() => undefined),
  }
}

// The name of a lock may have 64 characters, and is the whole server's.
const LOCK = `
  select get_lock(concat('seckill ', ?, ' ', md5(database())), ${LONG_MS / 1000}) as got
`

const UNLOCK = `
  select release_lock(concat('seckill ', ?, ' ', md5(database()))) as released
`

const alone = async <Result>(
  connection: PoolConnection,
  of: { lock: string; bounds: Bounds; work: (connection: Statements) => Promise<Result> },
): Promise<Result> => {
  const inside = statements((work) => work(connection, of.bounds))
  const [locked] = await inside.query<{ got: number | null }>(LOCK, [of.lock])
  if (locked!.got !== 1) throw tooLate(of.bounds)
  try {
    const result = await of.work(inside)
    await inside.query(UNLOCK, [of.lock])
    return result
  } catch (error) {
    if (!isOver(error)) await inside.query(UNLOCK, [of.lock])
    throw error
  }
}

interface Bounds extends FailedDatabase {
  endsAtMs: number // by performance.now()
}

type Use = <Result>(
  work: (connection: PoolConnection, bounds: Bounds) => Promise<Result>,
) => Promise<Result>

interface Changed {
  affectedRows: number
  insertId: number | string
}

const statements = (use: Use): Statements => {
  const run = <Answer>(sql: string, values: Value[] = []) =>
    use((connection, bounds) => ask<Answer>(connection, { sql, values, bounds }))
  return {
    query: run,
    change: async (sql, values) => (await run<Changed>(sql, values)).affectedRows,
    insert: async (sql, values) => String((await run<Changed>(sql, values)).insertId),
  }
}

// By a timer of our own: the driver's begins when the server gets the statement, and on a connection that
// has not got its settings yet that may never be.
const ask = async <Answer>(
  connection: PoolConnection,
  { sql, values, bounds }: { sql: string; values: Value[]; bounds: Bounds },
): Promise<Answer> => {
  const asking = connection.query<never>({ sql, values })
  const [answer] = await inTime(asking, bounds, tooLate)
  return answer as Answer
}

// What comes later is of no interest to anybody.
const inTime = async <Answer>(
  answer: Promise<Answer>,
  bounds: Bounds,
  failure: (bounds: Bounds) => Error,
): Promise<Answer> => {
  const late = Promise.withResolvers<never>()
  const ms = Math.max(0, bounds.endsAtMs - performance.now())
  const timer = setTimeout(() => late.reject(failure(bounds)), ms)
  answer.catch(() => undefined)
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

// A connection that failed in any other way than by an answer of the server is not used again.
const borrow = async <Result>(
  pool: Pool,
  bounds: Bounds,
  work: (connection: PoolConnection) => Promise<Result>,
): Promise<Result> => {
  const connection = await acquire(pool, bounds)
  try {
    const result = await work(connection)
    if (isOld(connection)) connection.destroy()
    else connection.release()
    return result
  } catch (error) {
    if (isOver(error)) connection.destroy()
    else connection.release()
    throw storeFailure(error, bounds)
  }
}

// A name may lead to another server by now: nobody stays with the old one for long.
const CONNECTION_MS = 60_000

const firstUsedAtMs = new WeakMap<object, number>()

const isOld = ({ connection }: PoolConnection): boolean => {
  const now = performance.now()
  const first = firstUsedAtMs.get(connection) ?? now
  firstUsedAtMs.set(connection, first)
  return now - first > CONNECTION_MS
}

const acquire = async (pool: Pool, bounds: Bounds): Promise<PoolConnection> => {
  const acquiring = pool.getConnection()
  try {
    return await inTime(acquiring, bounds, noneInTime)
  } catch (error) {
    // One that comes later goes back.
    void acquiring.then((connection) => connection.release()).catch(() => undefined)
    throw noConnection(error, bounds)
  }
}

const tooLate = ({ name, place }: Bounds) =>
  new EngineError('STORE_UNREACHABLE', {
    place,
    message: `database ${name} did not answer in time: nothing is known of the change`,
  })

const replaced = ({ name, place }: Bounds) =>
  new EngineError('STORE_UNREACHABLE', {
    place,
    message: `database ${name}: its server can only be read now, another may have its place`,
  })

const noneInTime = ({ name, place }: Bounds) =>
  new EngineError('STORE_UNREACHABLE', {
    place,
    message:
      `database ${name}: no connection in time: ` +
      'its server does not answer, or SECKILL_STORE_CONNECTIONS are too few',
  })

const LOCK_TRIES_MAX = 10

const againAfterLocks = async <Result>(
  work: () => Promise<Result>,
  { endsAtMs, name, place }: Bounds,
): Promise<Result> => {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (!isLockFailure(error)) throw error
      if (tries === LOCK_TRIES_MAX || performance.now() >= endsAtMs)
        throw new EngineError('STORE_UNREACHABLE', {
          message: `database ${name}: others held what this change needs, ${tries} times`,
          cause: error,
          place,
        })
    }
  }
}
