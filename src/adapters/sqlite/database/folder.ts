// The data folder belongs to one process for as long as that lives. The lock is a transaction held
// open on a small file of its own, so the system frees it even after kill -9, and the database beside
// it stays readable for others.

import { accessSync, constants, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { EngineError } from '../../../domain/errors.ts'
import { isBusy } from './failures.ts'

export interface LockedFolder {
  databasePath: string
  unlock(): void
}

export const lockFolder = (folder: string): LockedFolder => {
  makeFolder(folder)
  const lock = holdLock(folder)
  return { databasePath: join(folder, 'seckill.db'), unlock: () => lock.close() }
}

const makeFolder = (folder: string) => {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    throw unusableFolder(folder, cause)
  }
}

const holdLock = (folder: string): DatabaseSync => {
  let lock: DatabaseSync | undefined
  try {
    lock = new DatabaseSync(join(folder, 'seckill.lock'))
    lock.exec('begin exclusive')
    return lock
  } catch (cause) {
    lock?.close()
    if (!isBusy(cause)) throw unusableFolder(folder, cause)
    throw new EngineError('DATA_FOLDER_IN_USE', {
      message: `the data folder ${folder} is used by another process: stop that one, or set SECKILL_DATA to another folder`,
      cause,
    })
  }
}

export const unusableFolder = (folder: string, cause: unknown): EngineError => {
  const why = cause instanceof Error ? cause.message : String(cause)
  return new EngineError('DATA_FOLDER_UNUSABLE', {
    message: `the data folder ${folder} cannot be used (${why}): make it writable, or set SECKILL_DATA to another folder`,
    cause,
  })
}
