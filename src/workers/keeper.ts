// The keeper looks after every sale from its preheat until it leaves the engine. Loops of their own, so that a
// rebuild that waits for the queue never keeps a cancelled unit from being sold again, each over many
// sales at once, so that one that takes long keeps no other waiting:
//
//   look       rebuild what the engine has lost, apply what it has not heard of
//   release    expire unpaid orders, finish releases that a crash left; tasks: those that a rebuild left
//   sweep      marks that have been in transit for too long
//   reconcile  compare the books
//
// Several keepers may run: none of them is needed for a promise.

import {
  forgetDeleted,
  lookAfter,
  type Looked,
  type RebuildSettings,
} from '../flows/stock/look-after.ts'
import { type ReconciledBooks, reconcile } from '../flows/stock/reconcile.ts'
import { sweepInTransit, type Swept } from '../flows/stock/sweep-in-transit.ts'
import type { Sale } from '../domain/sale.ts'
import type { SalePorts } from '../ports/ports.ts'
import { eachSale, type SalesTurn } from './each-sale.ts'
import { type Loop, type LoopOptions, startLoop } from './loop.ts'
import { releaser, type ReleaserSeen } from './releaser.ts'

export interface KeeperOptions {
  ports: SalePorts
  rebuild: Omit<RebuildSettings, 'signal'>
  sweepAfterMs: number
  everyMs: { look: number; release: number; reconcile: number }
  reconcilePauseMs: number
  seen: KeeperSeen
  failed: (name: string) => LoopOptions['failed']
}

// What the keeper reports of its work.
export interface KeeperSeen extends ReleaserSeen {
  looked: (sale: Sale, of: { looked: Looked; tookMs: number }) => void
  swept: (sale: Sale, swept: Swept) => void
  reconciled: (sale: Sale, books: ReconciledBooks) => void
}

const PAGE = 500

const SALES_AT_ONCE = 16
const RECONCILED_AT_ONCE = 4 // each is read as a whole, twice: from the engine and from home

export const keeper = (options: KeeperOptions): Loop[] => {
  const { everyMs, failed, ports, seen } = options
  const { look, release, reconcile: compare } = everyMs
  const loops: [string, number, (signal: AbortSignal) => Promise<boolean>][] = [
    ['look', look, (signal) => lookAtSales(options, signal)],
    ['sweep', look, (signal) => sweepSales(options, signal)],
    ['reconcile', compare, (signal) => reconcileSales(options, signal)],
  ]
  return [
    ...loops.map(([name, idleMs, step]) =>
      startLoop({ name, step, idleMs, clock: ports.clock, failed: failed(name) }),
    ),
    ...releaser({ ports, everyMs: release, seen, failed }),
  ]
}

const forEachSale = async (
  { ports: { catalog, clock } }: KeeperOptions,
  turn: Omit<SalesTurn, 'clock' | 'list'>,
) => {
  await eachSale({ clock, list: () => catalog.listSalesInEngine(), ...turn })
  return false
}

// What was deleted is forgotten also when a sale cannot be looked after.
const lookAtSales = async (options: KeeperOptions, signal: AbortSignal) => {
  const look = async (sale: Sale) => {
    const startedMs = options.ports.clock.nowMs()
    const looked = await lookAfter(options.ports, sale, { ...options.rebuild, signal })
    options.seen.looked(sale, { looked, tookMs: options.ports.clock.nowMs() - startedMs })
  }
  try {
    const everyMs = options.everyMs.look
    return await forEachSale(options, { look, everyMs, atOnce: SALES_AT_ONCE, signal })
  } finally {
    await forgetDeleted(options.ports, options.rebuild)
  }
}

const sweepSales = (options: KeeperOptions, signal: AbortSignal) => {
  const { ports, sweepAfterMs: olderThanMs, seen, everyMs } = options
  const look = async (sale: Sale) => {
    const { saleId } = sale
    seen.swept(sale, await sweepInTransit(ports, { saleId, olderThanMs, limit: PAGE }))
  }
  return forEachSale(options, { look, everyMs: everyMs.look, atOnce: SALES_AT_ONCE, signal })
}

const reconcileSales = (options: KeeperOptions, signal: AbortSignal) => {
  const { ports, reconcilePauseMs: roundPauseMs, seen, everyMs } = options
  const look = async (sale: Sale) => {
    const { saleId } = sale
    const books = await reconcile(ports, { saleId, roundPauseMs, page: PAGE, signal })
    if (books && !signal.aborted) seen.reconciled(sale, books)
  }
  const atOnce = RECONCILED_AT_ONCE
  return forEachSale(options, { look, everyMs: everyMs.reconcile, atOnce, signal })
}
