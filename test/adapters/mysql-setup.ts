// MySQL adapters for a test: databases of their own on a server that tests share, emptied for each claim
// of a contract, and a clock that the test moves. Two databases, so that every list is merged and every
// change finds its place.

import { after } from 'node:test'
import { type Mysql, openMysql } from '../../src/adapters/mysql/mysql.ts'
import { sharedMysql } from '../support/needs-mysql.ts'
import { ownDatabases } from '../support/own-databases.ts'
import { manualTime } from './sqlite-setup.ts'

const CONNECTIONS = 10
const TIMEOUT_MS = 2000

export const openOwn = ({ urls }: { urls: string[] }): Promise<Mysql> =>
  openMysql({ urls, connections: CONNECTIONS, timeoutMs: TIMEOUT_MS })

// As new, but for the numbers that tables have given out.
export const emptyTables = async ({ databases }: Mysql): Promise<void> => {
  for (const database of databases)
    await database.write(async (transaction) => {
      const tables = await transaction.query<{ name: string }>(TABLES)
      const looks = tables.map(({ name }) => `(select '${name}' as name from ${name} limit 1)`)
      for (const { name } of await transaction.query<{ name: string }>(looks.join(' union all ')))
        await transaction.change(`delete from ${name}`)
    })
}

// Sales before products, which they refer to.
const TABLES = `
  select table_name as name
  from information_schema.tables
  where table_schema = database()
  and table_name not in ('installation', 'schema_versions', 'counters')
  order by table_name desc
`

// Opened once for a test file, and emptied for each claim.
export const emptyMysql = async () => {
  const { own, mysql } = await (opened ??= openShared())
  await emptyTables(mysql)
  return { own, mysql, ...manualTime(), [Symbol.asyncDispose]: async () => {} }
}

let opened: ReturnType<typeof openShared> | undefined

const openShared = async () => {
  const own = await ownDatabases(await sharedMysql())
  return { own, mysql: await openOwn(own) }
}

after(async () => {
  if (opened === undefined) return
  const { own, mysql } = await opened
  await mysql[Symbol.asyncDispose]()
  await own[Symbol.asyncDispose]()
})
