// One connection to one MySQL database, on which everything is read as of one instant. Neither user nor
// password ever leaves this file.

import { type Connection as Driver, createConnection } from 'mysql2'
import { UnreadableInput } from '../answers.ts'
import { reading } from './source.ts'
import { BEGIN, REPEATABLE } from './mysql-statements.ts'

export interface Connection extends AsyncDisposable {
  place: number // in the list of databases; 0 is home
  name: string
  begin(): Promise<void> // from now on, all is read as it is now
  rows<Row>(statement: string, values?: unknown[]): Promise<Row[]>
  // One by one as they come, so that none is kept here.
  each<Row>(statement: string, values: unknown[], take: (row: Row) => void): Promise<void>
}

const CONNECTS_WITHIN_MS = 10_000
const ANSWERS_WITHIN_MS = 60_000 // and has the next row

export const connect = (url: string, place: number): Connection => {
  const { name, options } = optionsOf(url, place)
  const driver = createConnection({ ...options, connectTimeout: CONNECTS_WITHIN_MS })
  driver.on('error', () => undefined) // whoever reads next hears of it
  const each: Connection['each'] = (statement, values, take) =>
    reading(name, () => stream(driver, { statement, values, take: take as (row: object) => void }))
  const rows = async <Row>(statement: string, values: unknown[] = []): Promise<Row[]> => {
    const all: Row[] = []
    await each<Row>(statement, values, (row) => all.push(row))
    return all
  }
  return {
    place,
    name,
    async begin() {
      await rows(REPEATABLE)
      await rows(BEGIN)
    },
    rows,
    each,
    [Symbol.asyncDispose]: async () => driver.destroy(),
  }
}

// A connection that breaks tells of it by an event of its own.
const stream = async (driver: Driver, asked: Asked): Promise<void> => {
  const { statement, values, take } = asked
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  driver.once('error', reject)
  driver
    .query({ sql: statement, values, timeout: ANSWERS_WITHIN_MS })
    .on('result', take)
    .on('error', reject)
    .on('end', resolve)
  try {
    await promise
  } finally {
    driver.off('error', reject)
  }
}

interface Asked {
  statement: string
  values: unknown[]
  take: (row: object) => void
}

const EXPECTED = 'expected mysql://user:password@host:3306/database'

const optionsOf = (text: string, place: number) => {
  const url = URL.parse(text.trim())
  const database = decoded(url?.pathname.slice(1) ?? '')
  if (url?.protocol !== 'mysql:' || url.hostname === '' || !database)
    throw new UnreadableInput(`--database: number ${place + 1} is not a URL, ${EXPECTED}`)
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  const port = Number(url.port || 3306)
  return {
    name: `${url.hostname}:${port}/${database}`,
    options: {
      host,
      port,
      user: decoded(url.username),
      password: decoded(url.password),
      database,
      charset: 'utf8mb4_bin',
      supportBigNumbers: true,
    },
  }
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new UnreadableInput(`--database: a % that stands for itself is written %25; ${EXPECTED}`)
  }
}
