// What must hold: some of it after every single effect, all of it once the world has healed and
// everything has come to rest.

import { heldUnits } from '../../src/domain/stock.ts'
import { liveOf } from '../../src/domain/home.ts'
import { fencedBook } from './simulated-stock.ts'
import type { World } from './world.ts'

const unitsOf = (rows: Iterable<{ units: number }>): number => {
  let units = 0
  for (const row of rows) units += row.units
  return units
}

// After every effect, whatever is going on.
export const observe = (world: World) => {
  observeHome(world)
  for (const node of world.nodes.masters()) {
    const segment = fencedBook(node)
    if (segment?.state !== 'open') continue
    const { share, available, returning, epoch } = segment
    const free = available + unitsOf(returning)
    if (share !== free + heldUnits(segment) || available < 0)
      world.violated('the segment book does not add up')
    // R2, of every book that can still be recorded from.
    if (epoch >= world.home.book.sealedEpoch && free > world.home.book.available)
      world.violated('R2: the engine has more to sell than the home database')
  }
}

const observeHome = (world: World) => {
  const { total, available } = world.home.book
  const live = new Set<string>()
  let units = 0
  for (const entry of world.home.book.ledger.values()) {
    if (entry.decision !== 'recorded' || entry.released) continue
    if (live.has(entry.buyerId)) world.violated(`P3: ${entry.buyerId} holds two live orders`)
    live.add(entry.buyerId)
    units += entry.units
  }
  if (units > total) world.violated('P1: oversold')
  if (available + units !== total) world.violated('the home book does not add up')
}

// Undefined when nothing is left to do; else what is.
export const unrest = ({ home, nodes, queue, scheduler, shard }: World): string | undefined => {
  const { book } = home
  const segment = fencedBook(nodes.masters()[0]!)
  if (!queue.isCommitted()) return 'the queue is not committed'
  if (book.tasks.size > 0) return 'a task is open'
  if (shard.outbox.size > 0) return 'a release has not reached home'
  if (segment?.state !== 'open' || segment.epoch !== book.epoch) return 'the engine is not open'
  if (segment.copy!.version < home.sale.version) return 'the engine has an old copy of the sale'
  if (segment.inTransit.size > 0) return 'an order is in transit'
  if (segment.returning.some((one) => one.sellableAtMs > scheduler.nowMs()))
    return 'units are returning'
  const soonMs = scheduler.nowMs() + 60_000
  const unpaid = [...shard.orders.values()].find(
    (order) => order.status === 'pending' && order.payByMs < soonMs,
  )
  return unpaid && 'an order has still to expire'
}

// At rest: every word is kept, and all books agree.
export const judge = (world: World) => {
  const { home, shard, words } = world
  for (const orderId of words.keys()) {
    if (home.book.ledger.get(orderId)?.decision !== 'recorded')
      world.violated(`P2: ${orderId} was promised and is not recorded`)
    else if (!shard.orders.has(orderId)) world.violated(`P2: the order ${orderId} does not exist`)
  }
  const live = liveOf(home.book)
  const orders = [...shard.orders.values()].filter(
    ({ status }) => status === 'pending' || status === 'paid',
  )
  if (unitsOf(orders) !== unitsOf(live)) world.violated('orders and ledger disagree')
  const segment = fencedBook(world.nodes.masters()[0]!)!
  const held = new Set([...segment.buyers.values()].map(({ orderId }) => orderId))
  if (held.size !== live.length || live.some(({ orderId }) => !held.has(orderId)))
    world.violated('drift: engine and ledger hold different orders')
  const free = segment.available + unitsOf(segment.returning)
  if (free + unitsOf(live) !== home.book.total || segment.share !== home.book.total)
    world.violated('P5: units are stranded')
  if (home.book.promisesBroken > 0) world.violated('a promise was broken')
}
