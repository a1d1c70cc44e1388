// The only file that imports adapters: which technology stands behind each port, by settings alone.

import type { Config } from '../config.ts'
import type { SigningKey } from '../config/keys.ts'
import { stockPlace } from '../config/technologies.ts'
import type { BuyerWindow } from '../ports/buyer-window.ts'
import type { Identity } from '../ports/identity.ts'
import type { PaymentProvider } from '../ports/payment-provider.ts'
import type { Ports } from '../ports/ports.ts'
import { jwksTokens } from '../adapters/jose/foreign-tokens.ts'
import { joseSessionTokens } from '../adapters/jose/session-tokens.ts'
import { sandboxPayments } from '../adapters/sandbox-payments/sandbox-payments.ts'
import { sqliteAuditLog } from '../adapters/sqlite/audit-log.ts'
import { sqliteBlocklist } from '../adapters/sqlite/blocklist.ts'
import { sqliteBuyerRecords } from '../adapters/sqlite/buyer-records.ts'
import { sqliteBuyers } from '../adapters/sqlite/buyers.ts'
import { sqliteCatalog } from '../adapters/sqlite/catalog.ts'
import { sqliteChanges } from '../adapters/sqlite/changes.ts'
import { openDatabase } from '../adapters/sqlite/database.ts'
import { sqliteDeadLetters } from '../adapters/sqlite/dead-letters.ts'
import { sqliteIdempotency } from '../adapters/sqlite/idempotency.ts'
import { sqliteEntries } from '../adapters/sqlite/entries.ts'
import { inTransit as newInTransit } from '../adapters/sqlite/in-transit.ts'
import { sqliteLeases } from '../adapters/sqlite/leases.ts'
import { sqliteLedger } from '../adapters/sqlite/ledger.ts'
import { sqliteOrderQueue } from '../adapters/sqlite/order-queue.ts'
import { sqliteOrderStore } from '../adapters/sqlite/order-store.ts'
import { sqlitePayments } from '../adapters/sqlite/payments.ts'
import { sqliteRetention } from '../adapters/sqlite/retention.ts'
import { sqliteSessions } from '../adapters/sqlite/sessions.ts'
import { sqliteStock } from '../adapters/sqlite/stock.ts'
import { redisBuyerWindow } from '../adapters/redis/buyer-window.ts'
import { checkServer } from '../adapters/redis/check-server.ts'
import { connectRedis, type Redis } from '../adapters/redis/redis.ts'
import { redisStock } from '../adapters/redis/stock.ts'
import { storeClock } from '../adapters/system/clock.ts'
import { argon2Passwords } from '../adapters/system/passwords.ts'

export { backUp } from '../adapters/sqlite/backup.ts'
export { schemaVersions } from '../adapters/sqlite/backup/inspect.ts'
export { restore } from '../adapters/sqlite/restore.ts'
export { generatedSecrets } from '../adapters/system/secrets.ts'

export interface Wired {
  ports: Omit<Ports, 'provider'>
  providerWith(keys: SigningKey[]): PaymentProvider
  stop(): Promise<void>
}

// Rejects with what is wrong with the stock engine and what to do. It changes nothing.
export const checkStock = async (config: Config): Promise<void> => {
  await using opened = new AsyncDisposableStack()
  await redisOf(config, opened)
}

const redisOf = async (
  config: Config,
  opened: AsyncDisposableStack,
): Promise<Redis | undefined> => {
  const place = stockPlace(config.SECKILL_STOCK_URL)!
  if (place.kind === 'sqlite') return undefined
  const timeoutMs = config.SECKILL_STOCK_TIMEOUT_MS
  const redis = opened.use(await connectRedis({ place, timeoutMs }))
  await checkServer(redis, place.kind === 'redis-cluster')
  return redis
}

// The buyer waits for this before the engine is asked, and for both together not too long.
const WINDOW_TIMEOUT_MS = 500

// Over a connection of its own: a call that is given up here takes nobody else's with it.
const buyerWindowOf = async (
  config: Config,
  opened: AsyncDisposableStack,
): Promise<{ buyerWindow?: BuyerWindow }> => {
  const place = stockPlace(config.SECKILL_STOCK_URL)!
  if (config.SECKILL_BUYER_WINDOW === 'process' || place.kind === 'sqlite') return {}
  const timeoutMs = Math.min(config.SECKILL_STOCK_TIMEOUT_MS, WINDOW_TIMEOUT_MS)
  return {
    buyerWindow: redisBuyerWindow({ redis: opened.use(await connectRedis({ place, timeoutMs })) }),
  }
}

// `between` may put something between the stock engine and its Redis.
export const wire = async (
  config: Config,
  between: (redis: Redis) => Redis = (redis) => redis,
): Promise<Wired> => {
  await using opened = new AsyncDisposableStack() // what fails below leaves nothing open
  const redis = await redisOf(config, opened) // first: one that cannot be used changes nothing here
  const database = opened.use(openDatabase({ folder: config.SECKILL_DATA }))
  const clock = opened.use(await storeClock({ readStoreMs: database.readMs }))
  // What the queue has in memory is the embedded engine's list of marks as well.
  const inTransit = newInTransit({ database })
  const deps = { database, clock, inTransit }
  const ports = {
    auditLog: sqliteAuditLog(deps),
    blocklist: sqliteBlocklist(deps),
    buyerRecords: sqliteBuyerRecords(deps),
    buyers: sqliteBuyers(deps),
    catalog: sqliteCatalog(deps),
    changes: sqliteChanges(deps),
    clock,
    deadLetters: sqliteDeadLetters(deps),
    idempotency: sqliteIdempotency(deps),
    entries: sqliteEntries(deps),
    leases: sqliteLeases(deps),
    ledger: sqliteLedger(deps),
    orders: sqliteOrderStore(deps),
    payments: sqlitePayments(deps),
    passwords: argon2Passwords(),
    queue: sqliteOrderQueue(deps),
    retention: sqliteRetention(deps),
    sessions: sqliteSessions(deps),
    stock: redis ? redisStock({ redis: between(redis), home: database.id }) : sqliteStock(deps),
    ...(await buyerWindowOf(config, opened)),
  }
  const open = opened.move()
  return {
    ports,
    providerWith: (keys) => sandboxPayments({ secrets: keys.map(({ secret }) => secret), clock }),
    stop: () => open.disposeAsync(),
  }
}

// Whose accounts the buyers have. Tokens of this shop's own are signed with these keys.
export const identityOf = (config: Config, keys: SigningKey[]): Identity => {
  if (config.SECKILL_IDENTITY === 'built-in')
    return { accounts: 'built-in', tokens: joseSessionTokens(keys) }
  const { SECKILL_JWKS_URL: url, SECKILL_JWKS_ISSUER: issuer } = config
  const tokens = jwksTokens({ url, issuer, audience: config.SECKILL_JWKS_AUDIENCE })
  return { accounts: 'elsewhere', issuer, tokens }
}
