// What the keeper does for one sale each second, from its preheat until it leaves the engine: an
// engine that misses the sale, is loading it, or holds another epoch is rebuilt; one whose copy of the
// sale row is older than home's gets the newer one. And it makes the engine forget what was deleted.

import type { SaleId } from '../../domain/ids.ts'
import type { Sale } from '../../domain/sale.ts'
import { LEAVES_ENGINE_AFTER_MS, preheatAtMs } from '../../domain/sale.ts'
import type { SegmentReading } from '../../domain/stock.ts'
import type { Ports } from '../../ports/ports.ts'
import { applySales } from './apply.ts'
import { rebuild, type Rebuild } from './rebuild.ts'
import { engineState } from './reconcile.ts'

type LookPorts = Pick<
  Ports,
  'catalog' | 'changes' | 'clock' | 'leases' | 'ledger' | 'orders' | 'queue' | 'stock'
>

export type RebuildSettings = Omit<Rebuild, 'saleId' | 'keepAlive'> & Lessee

interface Lessee {
  holder: string // who this process is, for the lease
  leaseMs: number
}

export type Looked =
  | 'well'
  | 'early'
  | 'applied'
  | 'rebuilt'
  | 'unfinished'
  | 'left'
  | 'unknown-strategy' // it was made for another stock engine

export const lookAfter = async (
  ports: LookPorts,
  sale: Sale,
  settings: RebuildSettings,
): Promise<Looked> => {
  const { saleId } = sale
  const nowMs = ports.clock.nowMs()
  if (sale.leftEngineAtMs !== undefined) return 'left'
  if (!ports.stock.strategies.includes(sale.strategy)) return 'unknown-strategy'
  const segments = await ports.stock.read(saleId) // before home: a rebuild in between is then seen
  const [home] = await ports.ledger.readCopies([saleId])
  if (home === undefined || (home.epoch === 0 && isEarly(sale, nowMs))) return 'early'
  if (engineState(segments, home.epoch) !== 'open') return rebuildOnce(ports, sale, settings)
  await finishMoves(ports, { saleId, segments })
  if (await mayLeave(ports, sale, nowMs)) return 'left'
  if (segments.every((segment) => segment.saleVersion >= home.copy.version)) return 'well'
  await applySales(ports, [saleId])
  return 'applied'
}

// Units on their way from one segment to another, whoever began it: in another gateway perhaps, which
// finishes it now as well, and then this does nothing.
const finishMoves = async (
  { stock }: LookPorts,
  { saleId, segments }: { saleId: SaleId; segments: SegmentReading[] },
) => {
  for (const { segment: from, outTo } of segments)
    for (const to of outTo) await stock.move({ saleId, from, to, units: 0 })
}

// A sale that was closed before its preheat goes in as well: the engine then says `ended`.
const isEarly = (sale: Sale, nowMs: number) =>
  nowMs < preheatAtMs(sale) && sale.closedAtMs === undefined

// Under the lease of its rebuilds, so that none that is still running puts it back.
export const forgetDeleted = async (
  ports: Pick<Ports, 'catalog' | 'leases' | 'stock'>,
  lessee: Lessee,
): Promise<void> => {
  for (const saleId of await ports.catalog.listDeleted())
    await withLease(ports, { saleId, ...lessee }, async () => {
      await ports.stock.forget(saleId)
      await ports.catalog.finishDeleted(saleId)
    })
}

type RebuiltOnce = 'rebuilt' | 'unfinished' | 'unknown-strategy'

// For somebody who waits for it, as long as the signal lets him: also for another who is at it already.
export const rebuildNow = async (
  ports: LookPorts,
  sale: Sale,
  settings: RebuildSettings,
): Promise<RebuiltOnce> => {
  for (;;) {
    const result = await rebuildOnce(ports, sale, settings)
    if (result !== 'unfinished' || settings.signal.aborted) return result
    await ports.clock.pause(settings.drainPollMs, settings.signal)
  }
}

export const rebuildOnce = async (
  ports: LookPorts,
  { saleId }: Sale,
  { holder, leaseMs, ...settings }: RebuildSettings,
): Promise<RebuiltOnce> => {
  const result = await withLease(ports, { saleId, holder, leaseMs }, async (keepAlive) => {
    if (await isOpen(ports, saleId)) return 'open' // by somebody else, since it was looked at
    return (await rebuild(ports, { saleId, keepAlive, ...settings })).result
  })
  if (result === 'unknown-strategy') return result
  return result === 'open' ? 'rebuilt' : 'unfinished'
}

const isOpen = async ({ stock, ledger }: LookPorts, saleId: SaleId): Promise<boolean> => {
  const segments = await stock.read(saleId)
  const [epoch] = await ledger.readEpochs([saleId])
  return epoch !== undefined && engineState(segments, epoch) === 'open'
}

// One rebuild of a sale at a time; undefined when somebody else is at it. The lease only saves work:
// without it a slow rebuild would be begun again every second by somebody else.
const withLease = async <Result>(
  { leases }: Pick<Ports, 'leases'>,
  { saleId, holder, leaseMs }: Lessee & { saleId: SaleId },
  work: (keepAlive: () => Promise<unknown>) => Promise<Result>,
): Promise<Result | undefined> => {
  const lease = { name: `rebuild ${saleId}`, holder }
  const keepAlive = () => leases.acquire({ ...lease, ttlMs: leaseMs })
  if (!(await keepAlive())) return undefined
  try {
    return await work(keepAlive)
  } finally {
    await leases.release(lease)
  }
}

// An ended sale whose orders are all final leaves the engine a day later; the store answers from then.
const mayLeave = async (ports: LookPorts, sale: Sale, nowMs: number): Promise<boolean> => {
  const endedAtMs = Math.min(sale.endsAtMs, sale.closedAtMs ?? Infinity)
  if (nowMs < endedAtMs + LEAVES_ENGINE_AFTER_MS) return false
  const { saleId } = sale
  const [units, segments] = [await ports.orders.readUnits(saleId), await ports.stock.read(saleId)]
  if (units.pending > 0 || segments.some((segment) => segment.inTransit > 0)) return false
  // The engine first: a crash in between leaves a sale that is rebuilt and leaves again.
  await ports.stock.forget(saleId)
  const set = { leftEngineAtMs: nowMs }
  await ports.catalog.changeSale({ saleId, set, by: 'keeper', reason: 'all orders are final' })
  await ports.changes.append([{ kind: 'sale', saleId }])
  return true
}
