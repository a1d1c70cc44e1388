// Which secrets a process works with. Production gets them from the settings and does not start with
// missing or short ones; development (a loopback address and only SQLite) makes its own, once, in the
// data folder.

import type { AdminKey, SigningKey } from '../config/keys.ts'
import { type Config, ConfigError } from '../config.ts'

export interface Credentials {
  adminKeys: AdminKey[]
  signingKeys: SigningKey[]
  generatedAdminKey: string | undefined // the only one that may be shown to whoever starts us
}

const SECRET_LENGTH_MIN = 32

// `generated` makes the secrets of a development installation, or finds them again.
export const credentials = (
  config: Config,
  generated: () => { adminKey: string; signingSecret: string },
): Credentials => {
  const adminKeys = config.SECKILL_ADMIN_KEY
  const signingKeys = config.SECKILL_SECRET
  if (!isDevelopment(config)) {
    refuseWeak(
      'SECKILL_ADMIN_KEY',
      adminKeys.map((key) => key.value),
    )
    refuseWeak(
      'SECKILL_SECRET',
      signingKeys.map((key) => key.secret),
    )
    return { adminKeys, signingKeys, generatedAdminKey: undefined }
  }
  if (adminKeys.length > 0 && signingKeys.length > 0)
    return { adminKeys, signingKeys, generatedAdminKey: undefined }
  const { adminKey, signingSecret } = generated()
  const generatedAdminKey = adminKeys.length > 0 ? undefined : adminKey
  return {
    adminKeys: adminKeys.length > 0 ? adminKeys : [operatorKey(adminKey)],
    signingKeys:
      signingKeys.length > 0 ? signingKeys : [{ id: 'generated', secret: signingSecret }],
    generatedAdminKey,
  }
}

const operatorKey = (value: string): AdminKey => ({ role: 'operator', id: 'default', value })

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/

// Every store there is yet is SQLite.
export const isDevelopment = (config: Config): boolean => LOOPBACK.test(config.SECKILL_HOST)

const refuseWeak = (name: string, secrets: string[]) => {
  const advice = `at least ${SECRET_LENGTH_MIN} random characters, for example: openssl rand -base64 32`
  if (secrets.length === 0)
    throw new ConfigError(`${name}: needed on an address others can reach; ${advice}`)
  if (secrets.some((secret) => secret.length < SECRET_LENGTH_MIN))
    throw new ConfigError(`${name}: too short for an address others can reach; ${advice}`)
}
