// A copy of the database of a running server: everything up to one instant, in one file, checked. The
// server goes on meanwhile; only its write-ahead log cannot be shortened until the copy is done.
//
// It never overwrites a file, and what it could not finish is not left under the name that was asked for.

import { createHash } from 'node:crypto'
import {
  closeSync,
  createReadStream,
  existsSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'
import { EngineError } from '../../domain/errors.ts'
import { inspectFile, type Inspected, unusableBackup } from './backup/inspect.ts'
import { flush } from './backup/flush.ts'
import { sqliteFailure } from './database/failures.ts'

export interface Backup extends Inspected {
  file: string
  bytes: number
  sha256: string
}

export interface BackupOptions {
  folder: string // the data folder
  to: string
  progress: (share: number) => void // 0 … 1
}

export const backUp = async ({ folder, to, progress }: BackupOptions): Promise<Backup> => {
  const source = join(folder, 'seckill.db')
  if (!existsSync(source))
    throw new EngineError('DATA_FOLDER_UNUSABLE', {
      message: `there is no seckill.db in ${folder}: say where the data folder is with --data or SECKILL_DATA`,
    })
  if (existsSync(to)) throw unusableBackup(to, 'exists: name another file')
  const part = `${to}.part`
  try {
    makeForOwner(part, to)
    await copy(source, part, progress)
    const inspected = inspectFile(part)
    flush(part)
    renameSync(part, to)
    flush(dirname(to))
    return { file: to, bytes: statSync(to).size, sha256: await sha256(to), ...inspected }
  } catch (error) {
    rmSync(part, { force: true })
    throw sqliteFailure(error)
  }
}

// There are password hashes in it.
const makeForOwner = (part: string, to: string) => {
  try {
    closeSync(openSync(part, 'w', 0o600))
  } catch (cause) {
    throw unusableBackup(to, `cannot be written (${(cause as Error).message})`)
  }
}

const PAGES_A_STEP = 256

// One transaction is held over the whole copy: without it every change of the server would make the
// copy begin again (https://www.sqlite.org/c3ref/backup_finish.html).
const copy = async (from: string, to: string, progress: BackupOptions['progress']) => {
  const source = new DatabaseSync(from, { readOnly: true })
  try {
    source.exec('begin')
    source.prepare('select count(*) from sqlite_schema').get()
    await backup(source, to, {
      rate: PAGES_A_STEP,
      progress: ({ totalPages, remainingPages }) => progress(1 - remainingPages / totalPages),
    })
  } finally {
    source.close()
  }
  // A file that stands alone: without a write-ahead log beside it.
  const copied = new DatabaseSync(to)
  copied.exec('pragma journal_mode = delete')
  copied.close()
}

const sha256 = async (file: string): Promise<string> => {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}
