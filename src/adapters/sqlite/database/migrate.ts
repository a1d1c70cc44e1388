// Brings the tables up to this program's: numbered files, each applied once, whole or not at all. A
// database that is newer than the program is left alone.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { EngineError } from '../../../domain/errors.ts'

const FOLDER = join(import.meta.dirname, '../migrations')

export const migrate = (database: DatabaseSync): void => {
  const files = migrations()
  const current = versionOf(database)
  const known = newestMigration()
  if (current > known) throw newerDatabase(current, known)
  for (const file of files) if (numberOf(file) > current) applyFile(database, file)
}

// The newest tables that this program knows.
export const newestMigration = (): number => Math.max(...migrations().map(numberOf))

const migrations = (): string[] =>
  readdirSync(FOLDER)
    .filter((file) => /^\d{4}-.*\.sql$/.test(file))
    .toSorted()

const numberOf = (file: string) => Number(file.slice(0, 4))

const versionOf = (database: DatabaseSync): number =>
  Number(database.prepare('pragma user_version').get()?.['user_version'])

const applyFile = (database: DatabaseSync, file: string) => {
  database.exec('begin immediate')
  try {
    database.exec(readFileSync(join(FOLDER, file), 'utf8'))
    database.exec(`pragma user_version = ${numberOf(file)}`)
    database.exec('commit')
  } catch (error) {
    if (database.isTransaction) database.exec('rollback')
    throw error
  }
}

const newerDatabase = (current: number, known: number) =>
  new EngineError('DATA_FOLDER_UNUSABLE', {
    message: `the database has tables of version ${current}, this program knows up to ${known}: start the newer program that wrote it`,
  })
