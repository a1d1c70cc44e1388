// What the errors of MySQL and MariaDB mean to whoever asked. The numbers are those of
// https://dev.mysql.com/doc/mysql-errors/8.0/en/server-error-reference.html and
// https://mariadb.com/kb/en/mariadb-error-code-reference/; where both differ, both stand.

import { EngineError, type FailureCode } from '../../../domain/errors.ts'
import { TRUST_IT, UNTRUSTED_CERTIFICATE } from '../../untrusted.ts'

export interface FailedDatabase {
  name: string
  place: string | undefined // undefined: home
}

// What is not of the database's doing, or is a mistake of ours that it found, keeps its own face.
export const storeFailure = (error: unknown, of: FailedDatabase): unknown => {
  withoutStatement(error)
  const code = isConnectionFailure(error) ? 'STORE_UNREACHABLE' : CODES.get(errnoOf(error) ?? 0)
  return code === undefined ? error : failure(code, { ...of, cause: error as Error })
}

// The driver's errors carry the statement with its values, and errors are logged.
const withoutStatement = (error: unknown): void => {
  if (error instanceof Error && 'sql' in error) delete error.sql
}

// No connection could be had, for whatever reason.
export const noConnection = (error: unknown, of: FailedDatabase): unknown =>
  error instanceof EngineError
    ? error
    : failure(CODES.get(errnoOf(error) ?? 0) ?? 'STORE_UNREACHABLE', {
        ...of,
        cause: error as Error,
      })

// Begun again, the change may well succeed.
export const isLockFailure = (error: unknown): boolean => LOCKS.includes(errnoOf(error) ?? 0)

// A row with such a key is there already; the statement has changed nothing, its transaction goes on.
export const isDuplicate = (error: unknown): boolean => errnoOf(error) === DUPLICATE

// Of what the server itself answered the connection is sound, unless it goes, or cannot write any more:
// another server may have its place by now.
export const isOver = (error: unknown): boolean => {
  if (error instanceof EngineError) return error.code === 'STORE_UNREACHABLE'
  const errno = errnoOf(error)
  if (errno === undefined) return isConnectionFailure(error)
  return UNREACHABLE.includes(errno) || READ_ONLY.includes(errno)
}

interface DriverError extends Error {
  errno?: number
  sqlState?: string // of what the server answered
  code?: string
  fatal?: boolean // of a connection that was closed already
}

const errnoOf = (error: unknown): number | undefined => {
  const { errno, sqlState } = (error ?? {}) as DriverError
  return sqlState === undefined ? undefined : errno
}

const isConnectionFailure = (error: unknown): boolean => {
  const { code, fatal, sqlState } = (error ?? {}) as DriverError
  return sqlState === undefined && (fatal === true || /^(PROTOCOL_|E[A-Z]+$)/.test(String(code)))
}

// The cause is not named as well, or the log would say it twice.
const failure = (
  code: FailureCode,
  { name, place, cause }: FailedDatabase & { cause: DriverError },
) => {
  // Network errors have no text of their own when a host has several addresses.
  const text = cause.message || cause.code
  const untrusted = UNTRUSTED_CERTIFICATE.test(text ?? '') ? `${TRUST_IT}: ` : undefined
  const advice =
    untrusted ?? ADVICE.get(errnoOf(cause) ?? 0) ?? NOT_REACHED.get(cause.code ?? '') ?? ''
  return new EngineError(code, { message: `database ${name}: ${advice}${text}`, place })
}

const DUPLICATE = 1062
const LOCKS = [1213, 1205]
const UNREACHABLE = [1040, 1053, 1077, 1152, 1158, 1159, 1160, 1161, 1203, 1317, 1927, 3024, 4031]
const READ_ONLY = [1290, 1792, 1836]

// A key that is there already, no such parent, null, too long, out of range, a check that failed.
const CONFLICTS = [1048, DUPLICATE, 1216, 1264, 1366, 1406, 1452, 3819, 4025]

// 3 and 1026 are failed writes: for want of room, as a rule.
const FULL = [3, 1021, 1026, 1114]

const UNUSABLE = [1044, 1045, 1049, 1142, 1143, 1227, 1370, 1698, 1820]

const both = (errnos: number[], advice: string) => errnos.map((errno) => [errno, advice] as const)

// What to do, before the words of the server.
const ADVICE = new Map<number, string>([
  ...both(READ_ONLY, 'it can only be read now: '),
  ...both(FULL, 'its disk is full: '),
  ...both([1045, 1698], 'check user and password in SECKILL_STORE_URL: '),
  ...both([1049], 'make it first: '),
  ...both([1044, 1142, 1143, 1227], 'grant its user all privileges on it: '),
])

const UNKNOWN_HOST = 'a host name that is not known: look at SECKILL_STORE_URL: '

const NOT_REACHED = new Map<string, string>([
  ['ECONNREFUSED', 'nothing listens: start it, or say in SECKILL_STORE_URL where it is: '],
  ['ENOTFOUND', UNKNOWN_HOST],
  ['EAI_AGAIN', UNKNOWN_HOST],
  ['HANDSHAKE_NO_SSL_SUPPORT', 'it is not encrypted: write mysql:// in SECKILL_STORE_URL: '],
])

const all = (errnos: number[], code: FailureCode) => errnos.map((errno) => [errno, code] as const)

const CODES = new Map<number, FailureCode>([
  ...all(UNREACHABLE, 'STORE_UNREACHABLE'),
  ...all(READ_ONLY, 'STORE_READ_ONLY'),
  ...all(CONFLICTS, 'STORE_CONFLICT'),
  ...all(FULL, 'STORE_FULL'),
  ...all(UNUSABLE, 'STORE_UNUSABLE'),
])
