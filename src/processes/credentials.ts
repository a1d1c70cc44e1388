// Which secrets a process works with. Production gets them from the settings and does not start with
// missing or short ones; development (a loopback address and only SQLite) makes its own, once, in the
// data folder. Of every kind there may be several: the first is used, all are believed.

import type { AdminKey, SigningKey } from '../config/keys.ts'
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

// Throws a ConfigError when production misses one, or has a short one. Every role shows its metrics to
// whoever has an admin key; a gateway signs, and a keeper pays back.
export const checkSecrets = (config: Config, roles: readonly RoleName[] = ROLES): void => {
  if (isDevelopment(config)) return
  refuseWeak(
    'SECKILL_ADMIN_KEY',
    config.SECKILL_ADMIN_KEY.map((key) => key.value),
  )
  if (roles.includes('gateway'))
    refuseWeak(
      'SECKILL_SECRET',
      config.SECKILL_SECRET.map((key) => key.secret),
    )
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

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/

// Only SQLite, and nobody else can reach it.
export const isDevelopment = (config: Config): boolean =>
  LOOPBACK.test(config.SECKILL_HOST) && config.SECKILL_STOCK_URL === 'sqlite:'

export const hasSandboxPayments = (config: Config): boolean => {
  const { SECKILL_SANDBOX_PAYMENTS: payments } = config
  return payments === 'development' ? isDevelopment(config) : payments === 'on'
}

const IN_PRODUCTION = 'in production (an address others can reach, or a stock engine in Redis)'

const SECRET_LENGTH_MIN = 32

const refuseWeak = (name: string, secrets: string[]) => {
  const advice = `at least ${SECRET_LENGTH_MIN} random characters, for example: openssl rand -base64 32`
  if (secrets.length === 0) throw new ConfigError(`${name}: needed ${IN_PRODUCTION}; ${advice}`)
  if (secrets.some((secret) => secret.length < SECRET_LENGTH_MIN))
    throw new ConfigError(`${name}: too short ${IN_PRODUCTION}; ${advice}`)
}
