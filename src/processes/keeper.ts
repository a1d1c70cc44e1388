// The role that keeps sales in the engine, gives units back, compares the books and deletes what is no
// longer needed.

import type { SaleId } from '../domain/ids.ts'
import { forgetter } from '../workers/forgetter.ts'
import { keeper } from '../workers/keeper.ts'
import { refunder } from '../workers/refunder.ts'
import { webhookRelay } from '../workers/webhook-relay.ts'
import { webhookSender } from '../workers/webhook-sender.ts'
import { failing, logFailures, type Role, type RoleOptions } from './role.ts'
import { tracedRebuilds } from './traced-rebuilds.ts'

// What every rebuild in this system is done with.
export const REBUILD = { drainPollMs: 20, loadChunk: 500 } as const

// How long somebody who waits for an answer lets a rebuild take; the keeper goes on with it.
export const OPENS_WITHIN_MS = 2000

// What was compared is shown until as many comparisons should have come since.
const BOOKS_FRESH = 3

export interface KeeperRole extends Role {
  looked: Promise<void> // at every sale there is, once
}

export const startKeeper = (options: RoleOptions): KeeperRole => {
  const { config, holder, log, metrics, traces } = options
  const ports = traces ? tracedRebuilds(options.ports, traces) : options.ports
  const unsellable = new Set<SaleId>()
  metrics.watchSales(ports, { booksFreshMs: BOOKS_FRESH * config.SECKILL_RECONCILE_EVERY_MS })
  const loops = keeper({
    ports,
    rebuild: { ...REBUILD, holder, leaseMs: config.SECKILL_LEASE_MS },
    sweepAfterMs: config.SECKILL_SWEEP_AFTER_MS,
    everyMs: {
      look: config.SECKILL_LOOK_EVERY_MS,
      release: config.SECKILL_RELEASE_EVERY_MS,
      reconcile: config.SECKILL_RECONCILE_EVERY_MS,
    },
    reconcilePauseMs: config.SECKILL_RECONCILE_PAUSE_MS,
    seen: {
      looked({ saleId, strategy }, { looked, tookMs }) {
        if (looked === 'well' || looked === 'early') return
        if (looked === 'unknown-strategy') {
          if (!unsellable.has(saleId)) log.error({ saleId, strategy }, UNSELLABLE)
          unsellable.add(saleId)
          return
        }
        if (looked === 'rebuilt') metrics.rebuilt(tookMs)
        log.info({ saleId, looked, tookMs }, 'looked after a sale')
      },
      expired: metrics.expired,
      tasksOpen: metrics.tasksOpen,
      swept({ saleId }, { oldestAtMs, published }) {
        metrics.swept({ saleId, oldestAtMs })
        if (published > 0) log.warn({ saleId, published }, 'orders published again')
      },
      reconciled({ saleId }, books) {
        metrics.reconciled(saleId, books)
        if (books.drift) log.error({ saleId, driftOrders: books.driftOrders.slice(0, 20) }, 'drift')
      },
    },
    failed: (name) => logFailures(options, name),
  })
  loops.push(startForgetter(options), startRefunder(options), ...startWebhooks(options))
  return {
    looked: loops.find(({ name }) => name === 'look')!.turned,
    unready: () => failing(loops),
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}

// Told once, not each second.
const UNSELLABLE =
  'this stock engine does not know the strategy of the sale: set SECKILL_STOCK_URL as it was'

const startForgetter = (options: RoleOptions) => {
  const { config, metrics, ports } = options
  return forgetter({
    ports,
    kept: {
      entriesMs: config.SECKILL_ENTRIES_KEPT_MS,
      auditEntriesMs: config.SECKILL_AUDIT_LOG_KEPT_MS,
      ordersMs: config.SECKILL_ORDERS_KEPT_MS,
    },
    everyMs: config.SECKILL_FORGET_EVERY_MS,
    forgotten: metrics.forgotten,
    failed: logFailures(options, 'forget'),
  })
}

const startRefunder = (options: RoleOptions) => {
  const { config, log, ports } = options
  return refunder({
    ports,
    everyMs: config.SECKILL_RELEASE_EVERY_MS,
    notRefunded: ([first, ...others]) =>
      log.error({ err: first, payments: 1 + others.length }, 'refunds failed; asked again later'),
    failed: logFailures(options, 'refund'),
  })
}

const startWebhooks = (options: RoleOptions) => {
  const { config, holder, log, metrics, ports } = options
  const relay = webhookRelay({
    ports,
    holder,
    leaseMs: config.SECKILL_LEASE_MS,
    everyMs: { changes: config.SECKILL_RELEASE_EVERY_MS, sales: config.SECKILL_LOOK_EVERY_MS },
    failed: (name) => logFailures(options, name),
  })
  const sender = webhookSender({
    ports,
    chance: Math.random,
    everyMs: config.SECKILL_RELEASE_EVERY_MS,
    sent({ result, disabledBecause }, { endpointId }) {
      metrics.webhookSent(result)
      if (result === 'given-up') log.warn({ endpointId }, 'a webhook was given up')
      if (disabledBecause !== undefined)
        log.error({ endpointId, because: disabledBecause }, 'a webhook endpoint was disabled')
    },
    late: metrics.webhooksLate,
    failed: logFailures(options, 'webhook-sender'),
  })
  return [...relay, sender]
}
