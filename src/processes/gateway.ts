// The role that speaks HTTP.

import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { performance } from 'node:perf_hooks'
import { attemptPurchase } from '../attempt/attempt-purchase.ts'
import { checks, type LimitSettings } from '../attempt/checks.ts'
import { giveWord } from '../attempt/give-word.ts'
import { slidingWindow } from '../attempt/limits.ts'
import { type PurchaseTokens, purchaseTokens } from '../attempt/purchase-token.ts'
import { reserveAttempt } from '../attempt/reserve-attempt.ts'
import { saleCache, type SaleCache } from '../attempt/sale-cache.ts'
import { soldOutMemory } from '../attempt/sold-out-memory.ts'
import type { Config } from '../config.ts'
import { orderIds } from '../domain/ids.ts'
import { adminKeys } from '../gateway/admin-keys.ts'
import type { AttemptRouteDeps } from '../gateway/attempt-route.ts'
import { metricsRoutes } from '../gateway/routes/metrics.ts'
import { orderRoutes } from '../gateway/routes/orders.ts'
import { productRoutes } from '../gateway/routes/products.ts'
import { publicRoutes } from '../gateway/routes/public.ts'
import { saleRoutes } from '../gateway/routes/sales.ts'
import { saleStates } from '../gateway/sale-states.ts'
import { type App, gatewayServer } from '../gateway/server.ts'
import { keepNodeLease } from '../workers/node-lease.ts'
import { startLoop } from '../workers/loop.ts'
import type { Credentials } from './credentials.ts'
import { OPENS_WITHIN_MS, REBUILD } from './keeper.ts'
import { logFailures, type Role, type RoleOptions } from './role.ts'

export interface GatewayRole extends Role {
  url: string
  follow(): Promise<void> // until it knows every sale there is now
}

export interface GatewayRoleOptions extends RoleOptions {
  credentials: Credentials
  version: string
  unready: () => string[] // of everything that runs in this process
}

export const startGateway = async (options: GatewayRoleOptions): Promise<GatewayRole> => {
  const { config, ports } = options
  const sales = saleCache(ports)
  await sales.follow()
  const tokens = purchaseTokens(options.credentials.signingKeys, {
    cacheMax: config.SECKILL_TOKENS_CACHED,
  })
  const { node, loops } = await startLoops(options, sales)
  const app = await gatewayServer({
    attempts: attemptRouteDeps(options, { sales, tokens, node }),
    log: options.log,
    routes: routesOf(options, { sales, tokens }),
  })
  const stop = async () => {
    await closeServer(app)
    await Promise.all(loops.map((loop) => loop.stop()))
  }
  try {
    await app.listen({ host: config.SECKILL_HOST, port: config.SECKILL_PORT, backlog: 4096 })
  } catch (error) {
    await stop()
    throw error
  }
  const unready = () => loops.filter((loop) => loop.failures() > 0).map((loop) => loop.name)
  return { url: urlOf(app, config), follow: sales.follow, unready, stop }
}

// The node id first: without one the gateway does not start, and nothing is left running.
const startLoops = async (options: GatewayRoleOptions, sales: SaleCache) => {
  const { config, holder, ports } = options
  const lease = await keepNodeLease({
    ports,
    holder: `${holder} ${randomUUID()}`,
    ttlMs: config.SECKILL_LEASE_MS,
    failed: logFailures(options, 'node-lease'),
  })
  const follow = async () => {
    await sales.follow()
    return false
  }
  const changes = startLoop({
    name: 'changes',
    step: follow,
    idleMs: config.SECKILL_CHANGES_EVERY_MS,
    clock: ports.clock,
    failed: logFailures(options, 'changes'),
  })
  return { node: lease.node, loops: [changes, lease] }
}

// Whoever has not finished asking by then is not waited for: nobody waits longer for an answer either.
const LAST_REQUESTS_MS = 3000

const closeServer = async (app: App) => {
  const late = setTimeout(() => app.server.closeAllConnections(), LAST_REQUESTS_MS)
  await app.close()
  clearTimeout(late)
}

const urlOf = (app: App, config: Config) => {
  const { port } = app.server.address() as AddressInfo
  const host = config.SECKILL_HOST.includes(':') ? `[${config.SECKILL_HOST}]` : config.SECKILL_HOST
  return `http://${host}:${port}`
}

const attemptRouteDeps = (
  options: GatewayRoleOptions,
  of: {
    sales: SaleCache
    tokens: PurchaseTokens
    node: Parameters<typeof orderIds>[0]
  },
): Omit<AttemptRouteDeps, 'requestId'> => {
  const { config, log, metrics, ports } = options
  const memory = soldOutMemory(ports, { winnersMax: config.SECKILL_WINNERS_MAX })
  const buyerWindow = slidingWindow({ windowMs: 1000, keysMax: config.SECKILL_BUYERS_MAX })
  const limits = limitsOf(config)
  const attempt = attemptPurchase({
    check: checks({ sales: of.sales, tokens: of.tokens, memory, buyerWindow, limits }),
    clock: ports.clock,
    giveWord: giveWord(ports, { batchMax: config.SECKILL_RESERVE_BATCH }),
    orderIds: orderIds(of.node),
    orders: ports.orders,
    reserve: reserveAttempt(
      { ...ports, memory },
      {
        batchMax: config.SECKILL_RESERVE_BATCH,
        // The embedded engine decides at once, and all calls of a turn share a commit: none waits.
        callsMax: config.SECKILL_RESERVE_QUEUE,
        queueMax: config.SECKILL_RESERVE_QUEUE,
        waitMsMax: config.SECKILL_RESERVE_WAIT_MS,
      },
    ),
  })
  return {
    attempt,
    context: { nowMs: ports.clock.nowMs, chance: Math.random },
    nowMs: () => performance.now(),
    answered(outcome, { requestId, tookMs }) {
      metrics.attempted(outcome.outcome, tookMs)
      if (outcome.outcome === 'busy' && outcome.cause !== undefined)
        log.warn({ err: outcome.cause, requestId, orderId: outcome.orderId }, 'attempt undecided')
    },
  }
}

const limitsOf = (config: Config): LimitSettings => ({
  globalPerSecond: config.SECKILL_GLOBAL_PER_SECOND,
  globalBurst: config.SECKILL_GLOBAL_BURST,
  salePerSecond: config.SECKILL_SALE_PER_SECOND,
  saleBurst: config.SECKILL_SALE_BURST,
  buyerPerSecond: config.SECKILL_BUYER_PER_SECOND,
})

const routesOf = (
  options: GatewayRoleOptions,
  { sales, tokens }: { sales: SaleCache; tokens: PurchaseTokens },
) => {
  const { config, credentials, holder, metrics, ports, unready, version } = options
  const find = adminKeys(credentials.adminKeys)
  const rebuild = () => ({
    ...REBUILD,
    holder: `${holder} gateway`,
    leaseMs: config.SECKILL_LEASE_MS,
    signal: AbortSignal.timeout(OPENS_WITHIN_MS),
  })
  const states = saleStates(ports)
  const reconcilePauseMs = config.SECKILL_RECONCILE_PAUSE_MS
  return [
    publicRoutes({ ports, sales, states, unready, version }),
    orderRoutes({ ports, sales, tokens }),
    productRoutes({ ports, find }),
    saleRoutes({ ports, find, sales, states, tokens, rebuild, reconcilePauseMs }),
    metricsRoutes({ metrics, find }),
  ]
}
