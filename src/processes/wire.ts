// Which technology stands behind each port, by settings alone. This file and its folder are the only ones
// that import adapters.

import type { Config } from '../config.ts'
import type { SigningKey } from '../config/keys.ts'
import { technologySet } from '../config/technologies.ts'
import type { Challenge } from '../ports/challenge.ts'
import type { Identity } from '../ports/identity.ts'
import type { PaymentProvider } from '../ports/payment-provider.ts'
import type { Ports } from '../ports/ports.ts'
import { altchaChallenge } from '../adapters/altcha/challenge.ts'
import { jwksTokens } from '../adapters/jose/foreign-tokens.ts'
import { joseSessionTokens } from '../adapters/jose/session-tokens.ts'
import type { Redis } from '../adapters/redis/redis.ts'
import { sandboxPayments } from '../adapters/sandbox-payments/sandbox-payments.ts'
import { figuresAlone } from '../adapters/system/figures.ts'
import { argon2Passwords } from '../adapters/system/passwords.ts'
import { webhookHttp } from '../adapters/webhook-http/webhook-http.ts'
import { openSqlite } from './wire/sqlite.ts'

export { backUp } from '../adapters/sqlite/backup.ts'
export { schemaVersions } from '../adapters/sqlite/backup/inspect.ts'
export { restore } from '../adapters/sqlite/restore.ts'
export { type Flushed, otlpExporter as spanExporter } from '../adapters/otlp-http/exporter.ts'
export { generatedSecrets } from '../adapters/system/secrets.ts'

export interface Wired {
  ports: Omit<Ports, 'provider'>
  providerWith(keys: SigningKey[]): PaymentProvider
  // What is somewhere else, by name: each call rejects when it does not answer.
  connections: Record<string, () => Promise<unknown>>
  warnings: string[] // what is as it should not be, each with what to do
  stop(): Promise<void>
}

// `between` may put something between the stock engine and its Redis.
export const wire = async (
  config: Config,
  between: (redis: Redis) => Redis = (redis) => redis,
): Promise<Wired> => {
  await using opened = new AsyncDisposableStack() // what fails below leaves nothing open
  const redis = await openRedis(config, opened) // first: one that cannot be used changes nothing here
  const store = await openStore(config, opened)
  const stock = redis?.stockOf(store.home, between)
  const ports = {
    ...store.ports,
    figures: redis?.figuresOf(store.home) ?? figuresAlone(),
    passwords: argon2Passwords(),
    webhookTransport: webhookHttp({ allowHosts: config.SECKILL_WEBHOOK_ALLOW_HOSTS }),
    stock: stock ?? store.embeddedStock!(),
    ...(redis?.buyerWindow && { buyerWindow: redis.buyerWindow }),
  }
  const { clock } = ports
  const open = opened.move()
  return {
    ports,
    providerWith: (keys) => sandboxPayments({ secrets: keys.map(({ secret }) => secret), clock }),
    connections: {
      ...(stock && { stock: () => stock.read(NO_SALE) }),
      ...store.connections,
    },
    warnings: store.warnings,
    stop: () => open.disposeAsync(),
  }
}

const NO_SALE = '0'

// Their clients are a thousand files: those of Redis, Kafka and MySQL are loaded only where they are used.
const openRedis = async (config: Config, opened: AsyncDisposableStack) => {
  if (technologySet(config) === 'embedded') return undefined
  const { openStock } = await import('./wire/redis.ts')
  return openStock(config, opened)
}

const openStore = async (config: Config, opened: AsyncDisposableStack) => {
  if (technologySet(config) !== 'cluster') return openSqlite(config, opened)
  const { openCluster } = await import('./wire/cluster.ts')
  return openCluster(config, opened)
}

// Whose accounts the buyers have. Tokens of this shop's own are signed with these keys.
export const identityOf = (config: Config, keys: SigningKey[]): Identity => {
  if (config.SECKILL_IDENTITY === 'built-in')
    return { accounts: 'built-in', tokens: joseSessionTokens(keys) }
  const { SECKILL_JWKS_URL: url, SECKILL_JWKS_ISSUER: issuer } = config
  const tokens = jwksTokens({ url, issuer, audience: config.SECKILL_JWKS_AUDIENCE })
  return { accounts: 'elsewhere', issuer, tokens }
}

// What suspicious buyers are asked. Made and verified with these keys.
export const challengeOf = (keys: SigningKey[]): Challenge => altchaChallenge(keys)
