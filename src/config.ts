// Reads the settings (config/settings.ts is their table): the only reader of the environment. A value that
// does not parse, or that breaks a relation between settings, stops the start with one line that names
// it. `…_FILE` names a file that holds a secret, or a URL with a password in it.

import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { identityFault } from './config/identity.ts'
import type { Setting } from './config/kinds.ts'
import { SETTINGS } from './config/settings.ts'
import { LEGAL_SETS, technologySet } from './config/technologies.ts'

export type Config = {
  [Name in keyof typeof SETTINGS]: ReturnType<(typeof SETTINGS)[Name]['parse']>
}

export class ConfigError extends Error {}

// Reads `.env` in the working folder, then the environment over it.
export const readConfig = (environment: Environment = process.env, folder = '.'): Config => {
  const file = `${folder}/.env`
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
  const raw: Environment = { ...fromFile, ...environment }
  const values = Object.entries(SETTINGS).map(([name, setting]) => {
    return [name, parseSetting(name, setting, rawValue(name, setting, raw))]
  })
  const config = Object.fromEntries(values) as Config
  refuseUnknown(raw)
  return checkRelations(config)
}

export type Environment = Record<string, string | undefined>

const rawValue = (name: string, setting: Setting<unknown>, raw: Environment) => {
  const file = raw[`${name}_FILE`]
  if (setting.hasTwin && file !== undefined) {
    if (raw[name] !== undefined) throw new ConfigError(`${name}: set it or ${name}_FILE, not both`)
    try {
      return readFileSync(file, 'utf8').trim()
    } catch {
      throw new ConfigError(`${name}_FILE: the file ${file} cannot be read`)
    }
  }
  return raw[name] ?? setting.fallback
}

const parseSetting = (name: string, setting: Setting<unknown>, raw: string) => {
  try {
    return setting.parse(raw)
  } catch (error) {
    const shown = setting.hasTwin ? '' : `, not ${JSON.stringify(raw)}` // there may be a secret in it
    throw new ConfigError(`${name}: expected ${(error as Error).message}${shown}`)
  }
}

const NOT_OURS = /^SECKILL_(URL|TEST_.*)$/

const isSetting = (name: string): boolean => {
  const settings: Record<string, Setting<unknown>> = SETTINGS
  return name in SETTINGS || settings[name.replace(/_FILE$/, '')]?.hasTwin === true
}

const refuseUnknown = (raw: Environment) => {
  for (const name of Object.keys(raw)) {
    if (!name.startsWith('SECKILL_') || NOT_OURS.test(name) || isSetting(name)) continue
    throw new ConfigError(`${name}: there is no such setting; see docs/operations.md for the list`)
  }
}

export interface ShownSetting {
  name: string
  value: string // as it would be written; of a secret only the ids of its keys
  default: string
  unit: string
  meaning: string
}

export const shownSettings = (config: Config): ShownSetting[] =>
  Object.entries(SETTINGS).map(([name, { fallback, unit, meaning }]) => {
    const value = config[name as keyof Config]
    return { name, value: shownValue(value), default: fallback, unit, meaning }
  })

const shownValue = (value: Config[keyof Config]): string => {
  const entries = [value].flat().map((one) => (typeof one === 'object' ? one.id : String(one)))
  return entries.map(withoutPassword).join(',')
}

// Of a value that is as it should be.
const withoutPassword = (text: string) => text.replace(/^([a-z-]*:\/*).*@/is, '$1…@')

type NumberSetting = {
  [Name in keyof Config]: Config[Name] extends number ? Name : never
}[keyof Config]

const checkRelations = (config: Config): Config => {
  const above = (high: NumberSetting, low: NumberSetting) => {
    if (config[high] < config[low])
      throw new ConfigError(`${high}: must not be less than ${low} (${config[low]})`)
  }
  above('SECKILL_GLOBAL_BURST', 'SECKILL_GLOBAL_PER_SECOND')
  above('SECKILL_SALE_BURST', 'SECKILL_SALE_PER_SECOND')
  above('SECKILL_RESERVE_QUEUE', 'SECKILL_RESERVE_BATCH')
  checkBuyerWindow(config)
  checkPorts(config)
  const fault = technologySet(config) === undefined ? NO_SET : identityFault(config)
  if (fault !== undefined) throw new ConfigError(fault)
  // Entries go before their sale does.
  if (config.SECKILL_ORDERS_KEPT_MS > 0) above('SECKILL_ORDERS_KEPT_MS', 'SECKILL_ENTRIES_KEPT_MS')
  return config
}

const NO_SET =
  'SECKILL_STOCK_URL, SECKILL_QUEUE_URL and SECKILL_STORE_URL: expected one of the legal sets of ' +
  `stock, queue and store: ${LEGAL_SETS}`

const checkPorts = ({ SECKILL_PORT: port, SECKILL_OPERATIONS_PORT: operations }: Config) => {
  if (operations === port && port !== 0)
    throw new ConfigError('SECKILL_OPERATIONS_PORT: must be another port than SECKILL_PORT')
}

const checkBuyerWindow = ({ SECKILL_BUYER_WINDOW: window, SECKILL_STOCK_URL: stock }: Config) => {
  if (window === 'redis' && stock === 'sqlite:')
    throw new ConfigError(
      'SECKILL_BUYER_WINDOW: redis needs the stock engine there: SECKILL_STOCK_URL=redis://…',
    )
}
