// Makes a data folder of a backup. What was accepted after the backup is not in it, so before anybody
// sees it, it is made safe (backup/make-safe.ts). Nothing is taken from the old database; it is put
// aside.

import { copyFileSync, existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EngineError } from '../../domain/errors.ts'
import { flush } from './backup/flush.ts'
import { inspectFile, type Inspected, unusableBackup } from './backup/inspect.ts'
import { type MadeSafe, makeSafe } from './backup/make-safe.ts'
import { sqliteFailure } from './database/failures.ts'
import { lockFolder } from './database/folder.ts'
import { migrate } from './database/migrate.ts'

export interface Restored extends Inspected, MadeSafe {
  folder: string
  aside: string | undefined // where the old database is now
}

export interface RestoreOptions {
  from: string
  folder: string
  replace: boolean
  nowMs: number
}

export const restore = ({ from, folder, replace, nowMs }: RestoreOptions): Restored => {
  if (existsSync(`${from}-wal`)) throw unusableBackup(from, IN_USE)
  const inspected = inspectFile(from)
  const { databasePath, unlock } = lockFolder(folder)
  try {
    const isOccupied = FILES.some((end) => existsSync(databasePath + end))
    if (isOccupied && !replace) throw occupied(folder)
    const fresh = `${databasePath}.restoring`
    removeFresh(fresh)
    copyFileSync(from, fresh)
    const safe = prepare(fresh, nowMs)
    flush(fresh)
    // Killed from here on, the folder may have no database: it is restored again.
    const aside = isOccupied ? putAside(databasePath, nowMs) : undefined
    renameSync(fresh, databasePath)
    flush(folder)
    return { folder, aside, ...inspected, ...safe }
  } catch (error) {
    removeFresh(`${databasePath}.restoring`)
    throw sqliteFailure(error)
  } finally {
    unlock()
  }
}

// Whatever is in its write-ahead log would be lost.
const IN_USE =
  'has a write-ahead log, so it is a database in use and no backup: make one of it with seckill backup'

const occupied = (folder: string) =>
  new EngineError('DATA_FOLDER_UNUSABLE', {
    message: `there is a database in ${folder}: name another folder with --data, or say --replace to put it aside`,
  })

// With its journal: SQLite would roll what a killed restore had begun back into whatever is copied next.
const removeFresh = (fresh: string) => {
  for (const end of ['', '-journal']) rmSync(fresh + end, { force: true })
}

const prepare = (file: string, nowMs: number): MadeSafe => {
  const database = new DatabaseSync(file)
  try {
    database.exec('pragma journal_mode = delete')
    migrate(database)
    return makeSafe(database, nowMs)
  } finally {
    database.close()
  }
}

// A database and its write-ahead log, which must never stand beside another file.
const FILES = ['', '-wal', '-shm']

const putAside = (databasePath: string, nowMs: number): string => {
  const folder = join(databasePath, '..')
  const at = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-')
  const aside = join(folder, `seckill-replaced-${at}.db`)
  for (const end of FILES)
    if (existsSync(databasePath + end)) renameSync(databasePath + end, aside + end)
  return aside
}
