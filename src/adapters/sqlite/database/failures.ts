// What SQLite's result codes mean to the engine. Anything that is not SQLite's own failure is a bug
// and passes through as it is.

import { EngineError, type FailureCode } from '../../../domain/errors.ts'

// The low byte of an extended code is the code: https://www.sqlite.org/rescode.html
const MEANINGS: ReadonlyMap<number, FailureCode> = new Map([
  [5, 'STORE_UNREACHABLE'], // busy
  [6, 'STORE_UNREACHABLE'], // locked
  [8, 'STORE_READ_ONLY'],
  [10, 'STORE_UNREACHABLE'], // input or output failed
  [11, 'STORE_UNREACHABLE'], // corrupt
  [13, 'STORE_FULL'],
  [14, 'STORE_UNREACHABLE'], // cannot open
  [18, 'STORE_CONFLICT'], // too big
  [19, 'STORE_CONFLICT'], // constraint
  [20, 'STORE_CONFLICT'], // datatype mismatch
  [26, 'STORE_UNREACHABLE'], // not a database
])

export const sqliteFailure = (error: unknown): unknown => {
  const code = MEANINGS.get(resultCode(error) ?? 0)
  return code && error instanceof Error
    ? new EngineError(code, { message: `the database says: ${error.message}`, cause: error })
    : error
}

export const isBusy = (error: unknown): boolean => resultCode(error) === 5

const resultCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number'
    ? error.errcode & 0xff
    : undefined
