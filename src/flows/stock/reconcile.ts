// Compares the books of one sale: home's ledger, the orders, and what the engine holds. A difference
// counts as drift only if it is there in two rounds and the same in both, so that an order on its way
// through the system is not taken for one. It repairs nothing; only a rebuild does.

import type { OrderId, SaleId } from '../../domain/ids.ts'
import type { OrderStatus } from '../../domain/order.ts'
import type { SegmentReading } from '../../domain/stock.ts'
import type { HomeReading } from '../../ports/ledger.ts'
import type { Ports } from '../../ports/ports.ts'

type ReconcilePorts = Pick<Ports, 'clock' | 'ledger' | 'orders' | 'queue' | 'stock'>

export interface Reconcile {
  saleId: SaleId
  roundPauseMs: number // between the two rounds
  page: number // orders read at once
  signal?: AbortSignal // aborted: does not wait for the second round
}

export type EngineState = 'open' | 'rebuilding' | 'absent'

// In units, but for oversold and duplicateBuyers, which are counts.
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
  oversold: number
  duplicateBuyers: number
  epoch: number
  engine: EngineState
}

export interface ReconciledBooks extends Books {
  drift: number | undefined // orders; undefined: the engine is rebuilding, nothing can be compared
  driftOrders: OrderId[]
  unaccounted: Unaccounted
}

// Units of the sale that are neither for sale nor anybody's; below 0: units that it does not have.
export interface Unaccounted {
  home: number // always 0, as home is read at one instant
  engine: number | undefined // 0, but in a moment in which units move; undefined as of drift
}

// Undefined: there is no such sale. Two rounds are needed only when the first finds something.
export const reconcile = async (
  ports: ReconcilePorts,
  of: Reconcile,
): Promise<ReconciledBooks | undefined> => {
  const before = await readBooks(ports, of.saleId)
  if (before === undefined) return undefined
  if (before.engine === 'rebuilding') return notComparable(before)
  const driftOrders = before.engine === 'open' ? await findDrift(ports, of, before) : []
  const books = (await readBooks(ports, of.saleId)) ?? before
  const isRebuilt = books.epoch !== before.epoch || books.engine !== before.engine
  if (isRebuilt) return notComparable(books)
  const engine = nearerToZero(unaccountedByEngine(before), unaccountedByEngine(books))
  const unaccounted = { home: unaccountedByHome(books), engine }
  return { ...books, drift: driftOrders.length, driftOrders, unaccounted }
}

const notComparable = (books: Books): ReconciledBooks => {
  const unaccounted = { home: unaccountedByHome(books), engine: undefined }
  return { ...books, drift: undefined, driftOrders: [], unaccounted }
}

const unaccountedByHome = ({ total, homeAvailable, live }: Books) => total - homeAvailable - live

const unaccountedByEngine = ({ engine, total, ...units }: Books) =>
  engine === 'open'
    ? total - units.available - units.returning - units.held - units.inTransfer
    : undefined

// Of two looks, each at one segment after the other.
const nearerToZero = (one: number | undefined, other: number | undefined) =>
  one === undefined || other === undefined || Math.abs(one) < Math.abs(other) ? one : other

// The numbers of every book as they are now, one book after the other.
export const readBooks = async (
  ports: Pick<Ports, 'ledger' | 'orders' | 'stock'>,
  saleId: SaleId,
): Promise<Books | undefined> => {
  const home = await ports.ledger.readBooks(saleId)
  if (home === undefined) return undefined
  const segments = await ports.stock.read(saleId)
  const orders = await ports.orders.readUnits(saleId)
  return booksOf({ home, segments, orders })
}

export const engineState = (segments: SegmentReading[], epoch: number): EngineState => {
  if (segments.length === 0) return 'absent'
  const open = segments.every((one) => one.state === 'open' && one.epoch === epoch)
  return open ? 'open' : 'rebuilding'
}

const booksOf = (of: {
  home: HomeReading
  segments: SegmentReading[]
  orders: Record<OrderStatus, number>
}): Books => {
  const { home, segments, orders } = of
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
    engine: engineState(segments, home.epoch),
  }
}

// How an order differs: live in home and not held; held, not in transit and not live in home; or live in
// home and in no table of orders.
type Difference = 'not-held' | 'not-live' | 'not-written'

const findDrift = async (
  ports: ReconcilePorts,
  of: Reconcile,
  books: Books,
): Promise<OrderId[]> => {
  const first = await compare(ports, of, books)
  if (first.size === 0) return []
  await ports.clock.pause(of.roundPauseMs, of.signal)
  const second = await compare(ports, of, books)
  // One that came between two readings of the first round and went between those of the second differs
  // in both, each time otherwise.
  const same = [...first].filter(([orderId, difference]) => second.get(orderId) === difference)
  return same.map(([orderId]) => orderId)
}

// Without an open task.
const compare = async (
  ports: ReconcilePorts,
  of: Reconcile,
  books: Books,
): Promise<Map<OrderId, Difference>> => {
  const held = await readHeld(ports, of)
  const live = await readLive(ports, of)
  const suspects = new Map<OrderId, Difference>()
  if (await mayLackOrders(ports, books))
    for (const orderId of await unwritten(ports, live, of)) suspects.set(orderId, 'not-written')
  for (const orderId of live) if (!held.has(orderId)) suspects.set(orderId, 'not-held')
  for (const [orderId, inTransit] of held)
    if (!inTransit && !live.has(orderId)) suspects.set(orderId, 'not-live')
  if (suspects.size === 0) return suspects
  const tasks = await ports.ledger.readTasksOf([...suspects.keys()])
  for (const { orderId } of tasks) suspects.delete(orderId)
  return suspects
}

// Orders are looked up one by one only where the sums say that some are missing, and nothing is on its way:
// in the middle of a herd they always say so, and whatever is on the queue may still be written. Nor are
// they while the queue cannot say.
const mayLackOrders = async ({ queue }: ReconcilePorts, { inTransit, live, orders }: Books) => {
  if (inTransit > 0 || live === orders.pending + orders.paid) return false
  const lag = await queue.lag().catch(() => undefined)
  return lag?.messages === 0
}

const unwritten = async (ports: ReconcilePorts, live: Set<OrderId>, { page }: Reconcile) => {
  const missing: OrderId[] = []
  const all = [...live]
  for (let at = 0; at < all.length; at += page) {
    const some = all.slice(at, at + page)
    const rows = await ports.orders.read(some)
    missing.push(...some.filter((_, index) => rows[index] === undefined))
    await ports.clock.pause(0)
  }
  return missing
}

const readHeld = async (ports: ReconcilePorts, { saleId, page: limit }: Reconcile) => {
  const held = new Map<OrderId, boolean>()
  let cursor: string | undefined
  do {
    const page = await ports.stock.scan({ saleId, inTransitOnly: false, cursor, limit })
    for (const mark of page.held) held.set(mark.orderId, mark.inTransit)
    cursor = page.cursor
    await ports.clock.pause(0) // a long book lets others have their turn
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
    await ports.clock.pause(0)
  }
  return live
}
