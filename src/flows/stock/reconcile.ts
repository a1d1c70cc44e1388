// Compares the books of one sale: home's ledger, the orders, and what the engine holds. A difference
// counts as drift only if it is there in two rounds, so that an order on its way through the system is
// not taken for one. It repairs nothing; only a rebuild does.

import type { OrderId, SaleId } from '../../domain/ids.ts'
import type { OrderStatus } from '../../domain/order.ts'
import type { SegmentReading } from '../../domain/stock.ts'
import type { HomeReading } from '../../ports/ledger.ts'
import type { Ports } from '../../ports/ports.ts'

type ReconcilePorts = Pick<Ports, 'clock' | 'ledger' | 'orders' | 'stock'>

export interface Reconcile {
  saleId: SaleId
  roundPauseMs: number // between the two rounds
  page: number // orders read at once
}

export type EngineState = 'open' | 'rebuilding' | 'absent'

// In units, but for drift, oversold and duplicateBuyers, which are counts.
export interface Books {
  total: number
  available: number
  returning: number
  held: number
  inTransit: number
  inTransfer: number
  live: number
  homeAvailable: number
  orders: Record<OrderStatus, number>
  released: number
  rejected: number
  drift: number | undefined // undefined: the engine is rebuilding, there is nothing to compare
  driftOrders: OrderId[]
  oversold: number
  duplicateBuyers: number
  epoch: number
  engine: EngineState
}

// Undefined: there is no such sale. Two rounds are needed only when the first finds something.
export const reconcile = async (
  ports: ReconcilePorts,
  of: Reconcile,
): Promise<Books | undefined> => {
  const home = await ports.ledger.readBooks(of.saleId)
  if (home === undefined) return undefined
  const segments = await ports.stock.read(of.saleId)
  const engine = engineState(segments, home.epoch)
  const driftOrders = engine === 'open' ? await findDrift(ports, of) : []
  const orders = await ports.orders.readUnits(of.saleId)
  return { ...booksOf({ home, segments, engine, orders }), ...driftOf(engine, driftOrders) }
}

export const engineState = (segments: SegmentReading[], epoch: number): EngineState => {
  if (segments.length === 0) return 'absent'
  const open = segments.every((one) => one.state === 'open' && one.epoch === epoch)
  return open ? 'open' : 'rebuilding'
}

const driftOf = (engine: EngineState, driftOrders: OrderId[]) => ({
  drift: engine === 'rebuilding' ? undefined : driftOrders.length,
  driftOrders,
})

const booksOf = (of: {
  home: HomeReading
  segments: SegmentReading[]
  engine: EngineState
  orders: Record<OrderStatus, number>
}) => {
  const { home, segments, engine, orders } = of
  const sum = (read: (segment: SegmentReading) => number) =>
    segments.reduce((units, segment) => units + read(segment), 0)
  return {
    total: home.total,
    available: sum((one) => one.available),
    returning: sum((one) => one.returning),
    held: sum((one) => one.held),
    inTransit: sum((one) => one.inTransit),
    inTransfer: sum((one) => one.out),
    live: home.live,
    homeAvailable: home.available,
    orders,
    released: home.released,
    rejected: home.rejected,
    oversold: Math.max(0, home.live - home.total),
    duplicateBuyers: home.duplicateBuyers,
    epoch: home.epoch,
    engine,
  }
}

const findDrift = async (ports: ReconcilePorts, of: Reconcile): Promise<OrderId[]> => {
  const first = await compare(ports, of)
  if (first.size === 0) return []
  await ports.clock.pause(of.roundPauseMs)
  const second = await compare(ports, of)
  return [...first].filter((orderId) => second.has(orderId))
}

// Live in home but not held; or held, not in transit and not live in home. Without an open task.
const compare = async (ports: ReconcilePorts, of: Reconcile): Promise<Set<OrderId>> => {
  const held = await readHeld(ports, of)
  const live = await readLive(ports, of)
  const suspects = new Set<OrderId>()
  for (const orderId of live) if (!held.has(orderId)) suspects.add(orderId)
  for (const [orderId, inTransit] of held)
    if (!inTransit && !live.has(orderId)) suspects.add(orderId)
  if (suspects.size === 0) return suspects
  for (const task of await ports.ledger.readTasksOf([...suspects])) suspects.delete(task.orderId)
  return suspects
}

const readHeld = async (ports: ReconcilePorts, { saleId, page: limit }: Reconcile) => {
  const held = new Map<OrderId, boolean>()
  let cursor: string | undefined
  do {
    const page = await ports.stock.scan({ saleId, inTransitOnly: false, cursor, limit })
    for (const mark of page.held) held.set(mark.orderId, mark.inTransit)
    cursor = page.cursor
  } while (cursor !== undefined)
  return held
}

const readLive = async (ports: ReconcilePorts, { saleId, page: limit }: Reconcile) => {
  const live = new Set<OrderId>()
  let after: OrderId | undefined = '0'
  while (after !== undefined) {
    const rows = await ports.ledger.scanLive({ saleId, after, limit })
    for (const row of rows) live.add(row.orderId)
    after = rows.length < limit ? undefined : rows.at(-1)!.orderId
  }
  return live
}
