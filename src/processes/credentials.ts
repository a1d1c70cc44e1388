// Which secrets a process works with. Production gets them from the settings, and does not start while one
// is missing or could be guessed; development (a loopback address and only SQLite) makes its own, once, in
// the data folder. Of every kind there may be several: the first is used, all are believed.

import { hkdfSync } from 'node:crypto'
import {
  type AdminKey,
  type SigningKey,
  WEBHOOK_KEY_BYTES_MIN,
  webhookKey,
} from '../config/keys.ts'
import { SECRET_LENGTH_MIN, weakness } from '../config/weak-secrets.ts'
import { type Config, ConfigError } from '../config.ts'

export type RoleName = 'gateway' | 'worker' | 'keeper'

export const ROLES: readonly RoleName[] = ['gateway', 'worker', 'keeper']

export interface Credentials {
  adminKeys: AdminKey[]
  signingKeys: SigningKey[]
  paymentKeys: SigningKey[] // none: no payments
  generatedAdminKey: string | undefined // the only one that may be shown to whoever starts us
}

interface Generated {
  adminKey: string
  signingSecret: string
  paymentSecret: string
}

// `generated` makes the secrets of a development installation, or finds them again.
export const credentials = (
  config: Config,
  generated: () => Generated,
  roles: readonly RoleName[] = ROLES,
): Credentials => {
  const given = {
    adminKeys: config.SECKILL_ADMIN_KEY,
    signingKeys: config.SECKILL_SECRET,
    paymentKeys: config.SECKILL_PAYMENT_SECRET,
    generatedAdminKey: undefined,
  }
  if (isDevelopment(config)) return withGenerated(given, generated)
  checkSecrets(config, roles)
  return given
}

// Throws a ConfigError when production misses one, has one that could be guessed, or one for two purposes.
// Every role shows its metrics to whoever has an admin key; a gateway signs, and a keeper pays back.
export const checkSecrets = (config: Config, roles: readonly RoleName[] = ROLES): void => {
  if (isDevelopment(config)) return
  const given = givenSecrets(config)
  needed('SECKILL_ADMIN_KEY', config.SECKILL_ADMIN_KEY)
  if (roles.includes('gateway')) needed('SECKILL_SECRET', config.SECKILL_SECRET)
  given.forEach(refuseWeak)
  refuseShared(given)
  if (roles.every((role) => role === 'worker')) return
  if (hasSandboxPayments(config) && config.SECKILL_PAYMENT_SECRET.length === 0)
    throw new ConfigError('SECKILL_PAYMENT_SECRET: needed with SECKILL_SANDBOX_PAYMENTS=on')
}

const withGenerated = (given: Credentials, generated: () => Generated): Credentials => {
  const { adminKeys, signingKeys, paymentKeys } = given
  if (adminKeys.length > 0 && signingKeys.length > 0 && paymentKeys.length > 0) return given
  const { adminKey, signingSecret, paymentSecret } = generated()
  return {
    adminKeys: adminKeys.length > 0 ? adminKeys : [operatorKey(adminKey)],
    signingKeys: signingKeys.length > 0 ? signingKeys : [generatedKey(signingSecret)],
    paymentKeys: paymentKeys.length > 0 ? paymentKeys : [generatedKey(paymentSecret)],
    generatedAdminKey: adminKeys.length > 0 ? undefined : adminKey,
  }
}

const operatorKey = (value: string): AdminKey => ({ role: 'operator', id: 'default', value })

const generatedKey = (secret: string): SigningKey => ({ id: 'generated', secret })

// Keys for one purpose, derived from the signing secrets as those of sessions are: what is signed for one
// purpose is worth nothing for another, and nobody has to keep more secrets. Ids and order stay, so that all
// are replaced together.
export const labelledKeys = (keys: SigningKey[], label: KeyLabel): SigningKey[] =>
  keys.map(({ id, secret }) => {
    const key = hkdfSync('sha256', secret, '', `seckill ${label}`, DERIVED_BYTES)
    return { id, secret: Buffer.from(key).toString('hex') }
  })

type KeyLabel = 'challenge' | 'challenge-pass'

const DERIVED_BYTES = 32

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/

// Only SQLite, and nobody else can reach it.
export const isDevelopment = (config: Config): boolean =>
  LOOPBACK.test(config.SECKILL_HOST) && config.SECKILL_STOCK_URL === 'sqlite:'

export const hasSandboxPayments = (config: Config): boolean => {
  const { SECKILL_SANDBOX_PAYMENTS: payments } = config
  return payments === 'development' ? isDevelopment(config) : payments === 'on'
}

// Behind a proxy that is not named here everybody has its address.
export const trustsNoProxy = (config: Config): boolean =>
  !isDevelopment(config) && config.SECKILL_TRUSTED_PROXIES.length === 0

const IN_PRODUCTION = 'in production (an address others can reach, or a stock engine in Redis)'

const ADVICE = `at least ${SECRET_LENGTH_MIN} random characters, for example: openssl rand -base64 32`

const needed = (name: string, keys: unknown[]) => {
  if (keys.length === 0) throw new ConfigError(`${name}: needed ${IN_PRODUCTION}; ${ADVICE}`)
}

interface GivenSecret {
  name: string // of the setting
  purpose: string // two purposes never share one secret
  value: string
  weakness: string | undefined
}

const givenSecrets = (config: Config): GivenSecret[] => [
  ...config.SECKILL_ADMIN_KEY.map(({ role, value }) => ({
    name: 'SECKILL_ADMIN_KEY',
    purpose: `the key of ${role === 'viewer' ? 'a viewer' : 'an operator'}`,
    value,
    weakness: weakness(value),
  })),
  ...config.SECKILL_SECRET.map(({ secret }) => ({
    name: 'SECKILL_SECRET',
    purpose: 'the signing secret',
    value: secret,
    weakness: weakness(secret),
  })),
  ...config.SECKILL_PAYMENT_SECRET.map(({ secret }) => ({
    name: 'SECKILL_PAYMENT_SECRET',
    purpose: 'the payment secret',
    value: webhookKey(secret),
    weakness: weakness(atob(webhookKey(secret)), WEBHOOK_KEY_BYTES_MIN),
  })),
]

const refuseWeak = ({ name, weakness: fault }: GivenSecret) => {
  if (fault === undefined) return
  const advice = name === 'SECKILL_PAYMENT_SECRET' ? PAYMENT_ADVICE : ADVICE
  throw new ConfigError(`${name}: ${fault} ${IN_PRODUCTION}; ${advice}`)
}

const PAYMENT_ADVICE = 'whsec_ and random bytes, for example: openssl rand -base64 32'

// Whoever learns the one would have the other: a viewer's key would sign purchase tokens.
const refuseShared = (given: GivenSecret[]) => {
  for (const { name, purpose, value } of given) {
    const other = given.find((one) => one.value === value && one.purpose !== purpose)
    if (other)
      throw new ConfigError(`${name}: ${purpose} is ${other.purpose} as well; give each its own`)
  }
}
