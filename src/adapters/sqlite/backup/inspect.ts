// Whether a file is a whole database of this engine, and one that this program can read.

import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EngineError } from '../../../domain/errors.ts'
import { newestMigration } from '../database/migrate.ts'

export interface Inspected {
  schemaVersion: number
  sales: number
  orders: number
}

const INTEGRITY = `
  pragma integrity_check(1)
`

const OUR_TABLES = `
  select count(*) as tables
  from sqlite_schema
  where type = 'table' and name in ('sales', 'sale_stock', 'stock_ledger', 'orders')
`

const COUNTS = `
  select
    (select count(*) from sales) as sales,
    (select count(*) from orders) as orders
`

export const inspectFile = (file: string): Inspected => {
  if (!existsSync(file)) throw unusableBackup(file, 'does not exist')
  const database = openFile(file)
  try {
    return inspect(file, database)
  } catch (error) {
    if (error instanceof EngineError) throw error
    throw unusableBackup(file, `is no whole database (${(error as Error).message})`)
  } finally {
    database.close()
  }
}

const openFile = (file: string): DatabaseSync => {
  try {
    return new DatabaseSync(file, { readOnly: true })
  } catch (error) {
    throw unusableBackup(file, `cannot be read (${(error as Error).message})`)
  }
}

const inspect = (file: string, database: DatabaseSync): Inspected => {
  const get = <Row>(sql: string) => database.prepare(sql).get() as Row
  const { integrity_check: verdict } = get<{ integrity_check: string }>(INTEGRITY)
  if (verdict !== 'ok') throw unusableBackup(file, `is damaged (${verdict})`)
  if (get<{ tables: number }>(OUR_TABLES).tables !== 4)
    throw unusableBackup(file, 'is a database, but not one of seckill')
  const { user_version: schemaVersion } = get<{ user_version: number }>('pragma user_version')
  const known = newestMigration()
  if (schemaVersion > known)
    throw unusableBackup(
      file,
      `has tables of version ${schemaVersion}, this program knows up to ${known}: use the newer program that wrote it`,
    )
  return { schemaVersion, ...get<{ sales: number; orders: number }>(COUNTS) }
}

// Of a data folder that somebody may be using: the version of its tables, and the newest one that this
// program knows; undefined when there is no database yet.
export const schemaVersions = (folder: string): { found: number; known: number } | undefined => {
  const file = join(folder, 'seckill.db')
  if (!existsSync(file)) return undefined
  const database = openFile(file)
  try {
    const { user_version: found } = database.prepare('pragma user_version').get() as {
      user_version: number
    }
    return { found, known: newestMigration() }
  } finally {
    database.close()
  }
}

export const unusableBackup = (file: string, why: string): EngineError =>
  new EngineError('BACKUP_UNUSABLE', { message: `${file} ${why}` })
