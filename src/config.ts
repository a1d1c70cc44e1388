// Every setting: its name, default, unit and meaning, in one table, and the only reader of the
// environment. A value that does not parse, or that breaks a relation between settings, stops the
// start with one line that names it. Secrets have no defaults; `…_FILE` names a file that holds one.

import { existsSync, readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'

export const SETTINGS = {
  SECKILL_HOST: text('127.0.0.1', 'address the gateway listens on'),
  SECKILL_PORT: whole(3000, { unit: 'port', min: 0, max: 65_535 }, 'port; 0 takes a free one'),
  SECKILL_DATA: text('./data', 'folder of the embedded database and of generated secrets'),
  SECKILL_DEMO: oneOf('on', ['on', 'off'], 'make a demo sale on loopback when there is none'),
  SECKILL_LOG_LEVEL: oneOf('info', ['debug', 'info', 'warn', 'error', 'silent'], 'what is logged'),
  SECKILL_ADMIN_KEY: secret(
    adminKeys,
    'role:id:value,… of operators and viewers; a bare value is an operator',
  ),
  SECKILL_SECRET: secret(signingKeys, 'id:value,… that sign purchase tokens; the first signs'),
  SECKILL_STOCK_URL: oneOf('sqlite:', ['sqlite:'], 'stock engine'),
  SECKILL_QUEUE_URL: oneOf('sqlite:', ['sqlite:'], 'order queue'),
  SECKILL_STORE_URL: oneOf('sqlite:', ['sqlite:'], 'home database and orders'),
  SECKILL_GLOBAL_PER_SECOND: whole(1_000_000, per('attempts/s'), 'attempts of all sales'),
  SECKILL_GLOBAL_BURST: whole(2_000_000, per('attempts'), 'attempts of all sales at once'),
  SECKILL_SALE_PER_SECOND: whole(100_000, per('attempts/s'), 'attempts of one sale'),
  SECKILL_SALE_BURST: whole(200_000, per('attempts'), 'attempts of one sale at once'),
  SECKILL_BUYER_PER_SECOND: whole(
    3,
    { unit: 'attempts/s', min: 1, max: 1000 },
    'one buyer, one sale',
  ),
  SECKILL_BUYERS_MAX: whole(1_000_000, per('buyers'), 'buyers whose window is kept at once'),
  SECKILL_TOKENS_CACHED: whole(100_000, per('tokens'), 'verified purchase tokens kept'),
  SECKILL_WINNERS_MAX: whole(10_000, per('buyers'), 'winners a sold-out memory holds'),
  SECKILL_RESERVE_BATCH: whole(
    256,
    { unit: 'attempts', min: 1, max: 1000 },
    'attempts per engine call',
  ),
  SECKILL_RESERVE_QUEUE: whole(
    20_000,
    per('attempts'),
    'attempts waiting per sale before shedding',
  ),
  SECKILL_RESERVE_WAIT_MS: whole(
    1000,
    ms(10, 2000),
    'longest an attempt may be waiting when the next one is still taken',
  ),
  SECKILL_RECORD_BATCH: whole(
    1000,
    { unit: 'orders', min: 1, max: 1000 },
    'orders the worker takes at once',
  ),
  SECKILL_SWEEP_AFTER_MS: whole(
    10_000,
    ms(100, 600_000),
    'age at which an order in transit is looked at',
  ),
  SECKILL_LOOK_EVERY_MS: whole(1000, ms(10, 10_000), 'how often the keeper looks at each sale'),
  SECKILL_RELEASE_EVERY_MS: whole(250, ms(10, 1000), 'how often the keeper expires and releases'),
  SECKILL_CHANGES_EVERY_MS: whole(200, ms(10, 1000), 'how often a gateway reads the changes'),
  SECKILL_RECONCILE_EVERY_MS: whole(
    60_000,
    ms(1000, 3_600_000),
    'how often the books are compared',
  ),
  SECKILL_RECONCILE_PAUSE_MS: whole(2000, ms(10, 60_000), 'between the two rounds of a comparison'),
  SECKILL_LEASE_MS: whole(10_000, ms(500, 60_000), 'how long leases and node ids last'),
  SECKILL_DRAIN_MS: whole(8000, ms(100, 9500), 'longest drain after SIGTERM'),
} as const satisfies Record<string, Setting<unknown>>

export type Config = {
  [Name in keyof typeof SETTINGS]: ReturnType<(typeof SETTINGS)[Name]['parse']>
}

export interface Setting<Value> {
  fallback: string
  unit: string
  meaning: string
  parse: (raw: string) => Value // throws with what it expected
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
  if (setting.unit === 'secret' && file !== undefined) {
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
    const shown = setting.unit === 'secret' ? '' : `, not ${JSON.stringify(raw)}`
    throw new ConfigError(`${name}: expected ${(error as Error).message}${shown}`)
  }
}

const NOT_OURS = /^SECKILL_(URL|TEST_.*)$/

// Only secrets may come from a file.
const isSetting = (name: string): boolean => {
  const settings: Record<string, Setting<unknown>> = SETTINGS
  return name in SETTINGS || settings[name.replace(/_FILE$/, '')]?.unit === 'secret'
}

const refuseUnknown = (raw: Environment) => {
  for (const name of Object.keys(raw)) {
    if (!name.startsWith('SECKILL_') || NOT_OURS.test(name) || isSetting(name)) continue
    throw new ConfigError(`${name}: there is no such setting; see docs/operations.md for the list`)
  }
}

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
  return config
}

function text(fallback: string, meaning: string): Setting<string> {
  const parse = (raw: string) => {
    if (raw === '') throw new Error('a value')
    return raw
  }
  return { fallback, unit: '', meaning, parse }
}

function whole(
  fallback: number,
  { unit, min, max }: { unit: string; min: number; max: number },
  meaning: string,
): Setting<number> {
  const parse = (raw: string) => {
    const value = Number(raw)
    if (!/^[0-9]+$/.test(raw) || value < min || value > max)
      throw new Error(`a whole number from ${min} to ${max}`)
    return value
  }
  return { fallback: String(fallback), unit, meaning, parse }
}

function oneOf<const Value extends string>(
  fallback: NoInfer<Value>,
  values: Value[],
  meaning: string,
): Setting<Value> {
  const parse = (raw: string) => {
    const found = values.find((value) => value === raw)
    if (found === undefined) throw new Error(values.join(' or '))
    return found
  }
  return { fallback, unit: '', meaning, parse }
}

function secret<Key>(parseKeys: (raw: string) => Key[], meaning: string): Setting<Key[]> {
  const parse = (raw: string) => (raw === '' ? [] : parseKeys(raw))
  return { fallback: '', unit: 'secret', meaning, parse }
}

export type Role = 'viewer' | 'operator'

export interface AdminKey {
  role: Role
  id: string
  value: string
}

export interface SigningKey {
  id: string
  secret: string
}

const KEY_ID = /^[A-Za-z0-9_-]{1,32}$/

function adminKeys(raw: string): AdminKey[] {
  const keys = raw.split(',').map((entry): AdminKey => {
    const [, role, id, value] = /^(viewer|operator):([^:]*):(.+)$/.exec(entry) ?? []
    if (role === undefined) return { role: 'operator', id: 'default', value: entry }
    if (!KEY_ID.test(id!)) throw new Error('key ids of 1 to 32 letters, digits, - or _')
    return { role: role === 'viewer' ? 'viewer' : 'operator', id: id!, value: value! }
  })
  if (!keys.every((key) => /^[\x21-\x7e]+$/.test(key.value)))
    throw new Error('keys of visible ASCII characters')
  return keys
}

function signingKeys(raw: string): SigningKey[] {
  const keys = raw.split(',').map((entry) => {
    const at = entry.indexOf(':')
    if (at < 0) return { id: 'default', secret: entry }
    return { id: entry.slice(0, at), secret: entry.slice(at + 1) }
  })
  if (keys.some(({ id, secret }) => !KEY_ID.test(id) || secret === ''))
    throw new Error('id:value pairs, ids of 1 to 32 letters, digits, - or _')
  if (new Set(keys.map((key) => key.id)).size < keys.length) throw new Error('different key ids')
  return keys
}

function per(unit: string) {
  return { unit, min: 1, max: 100_000_000 }
}

function ms(min: number, max: number) {
  return { unit: 'ms', min, max }
}
