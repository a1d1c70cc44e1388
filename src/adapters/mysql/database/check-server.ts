// Whether a server may keep the books: what it must have, and what it should have. Privileges are tried,
// because what is granted to roles and by patterns stands in no list that one could read.

import { EngineError } from '../../../domain/errors.ts'
import type { Database } from '../database.ts'

// Rejects when one cannot be used; resolves with warnings, each one naming a setting.
export const checkServers = async (databases: Database[]): Promise<string[]> => {
  const names = await Promise.all(databases.map(nameOf))
  const twice = databases.find((_, at) => names.indexOf(names[at]!) < at)
  if (twice) throw unusable(twice, 'SECKILL_STORE_URL names it twice')
  return (await Promise.all(databases.map(checkServer))).flat()
}

// The same one may have several addresses.
const nameOf = async (database: Database): Promise<string> =>
  (await database.query<{ name: string }>(NAME))[0]!.name

const NAME = `
  select concat(@@hostname, ':', @@port, '/', database()) as name
`

const checkServer = async (database: Database): Promise<string[]> => {
  const [server] = await database.query<Server>(SERVER)
  const { version, flush, syncBinlog, logBin, binlogFormat, doublewrite, readOnly } = server!
  if (!isNewEnough(version))
    throw unusable(database, `MySQL 8.0 or MariaDB 10.6 is needed, it is ${version}`)
  if (logBin === 1 && binlogFormat === 'STATEMENT')
    throw unusable(database, 'set binlog_format=ROW: transactions here are read committed')
  if (readOnly === 1) throw readOnlyNow(database)
  const lost = `a crash of the server of ${database.name} may lose orders that were promised`
  const warnings: string[] = []
  if (flush !== 1) warnings.push(`innodb_flush_log_at_trx_commit is ${flush}, set 1: ${lost}`)
  if (logBin === 1 && syncBinlog !== 1)
    warnings.push(`sync_binlog is ${syncBinlog}, set 1: ${lost}`)
  if (!doublewrite) warnings.push(`innodb_doublewrite is off, switch it on: ${lost}`)
  return warnings
}

const SERVER = `
  select
    version() as version,
    @@global.innodb_flush_log_at_trx_commit as flush,
    @@global.sync_binlog as syncBinlog,
    @@global.log_bin as logBin,
    @@global.binlog_format as binlogFormat,
    @@global.innodb_doublewrite in ('1', 'ON', 'DETECT_AND_RECOVER', 'DETECT_ONLY') as doublewrite,
    @@global.read_only as readOnly
`

interface Server {
  version: string
  flush: number
  syncBinlog: number
  logBin: number
  binlogFormat: string
  doublewrite: number
  readOnly: number
}

// `skip locked` came with these.
const isNewEnough = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const [least, leastMinor] = version.includes('MariaDB') ? [10, 6] : [8, 0]
  return major > least! || (major === least && minor >= leastMinor!)
}

const PROBES = [
  'insert into installation select * from installation where false',
  'update installation set id = id where false',
  'delete from installation where false',
]

// Of the tables that are there by now.
export const checkPrivileges = async (database: Database): Promise<void> => {
  for (const probe of PROBES) await database.change(probe)
}

const unusable = ({ name }: Database, what: string) =>
  new EngineError('STORE_UNUSABLE', { message: `database ${name}: ${what}` })

// As in the middle of a failover: the one that takes changes is waited for.
const readOnlyNow = ({ name }: Database) =>
  new EngineError('STORE_UNREACHABLE', {
    message: `database ${name}: its server is read-only now: name the primary, if it stays so`,
  })
