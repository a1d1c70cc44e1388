// Brings the tables of one database up to this program's: numbered files, each applied by one process
// while the others wait. A statement of MySQL that makes tables cannot be undone, so every one in a file
// can be repeated, and a file counts when all of them were done. A database that is newer than the
// program is left alone.
//
// Files named `home` are for the home database, the others for each. In those a statement with `{shard}`
// is for every order table there, as three digits, and `{database}` is the database's place, as two.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EngineError } from '../../../domain/errors.ts'
import type { Database } from '../database.ts'
import { databaseDigits, shardDigits } from '../table-names.ts'

const FOLDER = join(import.meta.dirname, '../migrations')

export interface Migrating {
  shards: number[] // whose tables are here
}

export const migrate = async (database: Database, { shards }: Migrating): Promise<void> => {
  const files = filesFor(database)
  const known = newestOf(files)
  const current = await versionOf(database)
  if (current > known) throw newerDatabase(database, { current, known })
  if (current === known) return
  await database.alone(LOCK, async (connection) => {
    const done = await versionOf(database)
    for (const file of files.filter(({ number }) => number > done)) {
      for (const sql of statementsOf(file, { database, shards })) await connection.change(sql)
      await connection.change(DONE, [file.number])
    }
  })
}

// Which version its tables have, 0 for none, and which one they would be brought to. It changes nothing.
export const tableVersions = async (
  database: Database,
): Promise<{ found: number; known: number }> => {
  const found = (await hasVersions(database)) ? await readVersion(database) : 0
  return { found, known: newestOf(filesFor(database)) }
}

const LOCK = 'migrate'

interface Migration {
  file: string
  number: number
  isHome: boolean
}

const filesFor = ({ place }: Database): Migration[] =>
  migrations().filter(({ isHome }) => place === 0 || !isHome)

const newestOf = (files: Migration[]): number => Math.max(...files.map(({ number }) => number))

const migrations = (): Migration[] =>
  readdirSync(FOLDER)
    .filter((file) => /^\d{4}-.*\.sql$/.test(file))
    .toSorted()
    .map((file) => ({
      file,
      number: Number(file.slice(0, 4)),
      isHome: file.slice(5).startsWith('home'),
    }))

const VERSIONS = `
  create table if not exists schema_versions (
    version int not null primary key,
    applied_at timestamp not null default current_timestamp
  )
`

const HAS_VERSIONS = `
  select count(*) as tables
  from information_schema.tables
  where table_schema = database() and table_name = 'schema_versions'
`

const VERSION = `
  select coalesce(max(version), 0) as version
  from schema_versions
`

const DONE = `
  insert into schema_versions (version)
  values (?)
  on duplicate key update version = version
`

const versionOf = async (database: Database): Promise<number> => {
  if (!(await hasVersions(database))) await database.change(VERSIONS)
  return readVersion(database)
}

const hasVersions = async (database: Database): Promise<boolean> =>
  (await database.query<{ tables: number }>(HAS_VERSIONS))[0]!.tables > 0

const readVersion = async (database: Database): Promise<number> =>
  (await database.query<{ version: number }>(VERSION))[0]!.version

const statementsOf = (
  { file }: Migration,
  { database, shards }: { database: Database; shards: number[] },
): string[] => {
  const text = readFileSync(join(FOLDER, file), 'utf8')
    .replaceAll(/^--.*$/gm, '')
    .replaceAll('{database}', databaseDigits(database.place))
  return text
    .split(/;\s*$/m)
    .filter((sql) => sql.trim() !== '')
    .flatMap((sql) =>
      sql.includes('{shard}')
        ? shards.map((shard) => sql.replaceAll('{shard}', shardDigits(shard)))
        : [sql],
    )
}

const newerDatabase = ({ name }: Database, at: { current: number; known: number }) =>
  new EngineError('STORE_UNUSABLE', {
    message: `database ${name} has tables of version ${at.current}, this program knows up to ${at.known}: start the newer program that made them`,
  })
