// What must hold: some of it after every single effect, all of it once the world has healed and
// everything has come to rest.

import { heldUnits, type Segment } from '../../src/domain/stock.ts'
import { liveOf } from '../../src/domain/home.ts'
import type { Book } from './simulated-engine.ts'
import { outUnits, returningUnits } from './slot.ts'
import type { World } from './world.ts'

const unitsOf = (rows: Iterable<{ units: number }>): number => {
  let units = 0
  for (const row of rows) units += row.units
  return units
}

// After every effect, whatever is going on.
export const observe = (world: World, call: string) => {
  if (call.startsWith('ledger.')) observeHome(world)
  else if (!call.startsWith('redis.') || READINGS.has(call)) return
  const books = openBooks(world)
  for (const { slot } of books) {
    const { segment } = slot
    const free = segment.available + returningUnits(slot) + outUnits(slot)
    if (segment.share !== free + heldUnits(segment) || segment.available < 0)
      world.violated('the segment book does not add up')
  }
  // R2, of every book that can still be recorded from.
  const { sealedEpoch, available } = world.home.book
  if (mostFree(books, sealedEpoch) > available)
    world.violated('R2: the engine has more to sell than the home database')
  world.shortage.look(books)
}

const READINGS = new Set(['redis.read', 'redis.read_buyers', 'redis.read_layout', 'redis.scan'])

const openBooks = ({ engine }: World): Book[] =>
  engine.books().filter(({ slot }) => slot.segment.state === 'open')

// In one epoch, of every segment what the richest master of it has to sell.
const mostFree = (books: Book[], sealedEpoch: number): number => {
  let most = 0
  const epochs = new Set(books.map(({ slot }) => slot.segment.epoch))
  for (const epoch of epochs) {
    if (epoch < sealedEpoch) continue
    const own = books.filter(({ slot }) => slot.segment.epoch === epoch)
    const best = new Map<number, number>()
    for (const book of own)
      best.set(book.at, Math.max(best.get(book.at) ?? 0, freeUnits(book, own)))
    most = Math.max(
      most,
      [...best.values()].reduce((sum, units) => sum + units, 0),
    )
  }
  return most
}

// What can still be sold of it: on their way are only units that have not arrived, and may still do so.
const freeUnits = ({ at, slot }: Book, all: Book[]): number => {
  let units = slot.segment.available + returningUnits(slot)
  for (const [to, transfer] of slot.out) {
    const there = all.find((book) => book.at === Number(to))
    if (there === undefined) continue
    const arrived = there.slot.arrived.get(String(at)) ?? 0
    if (arrived < transfer.number) units += transfer.units
  }
  return units
}

const observeHome = (world: World) => {
  const { total, available } = world.home.book
  const live = new Set<string>()
  const tokens = new Set<string>()
  let units = 0
  for (const entry of world.home.book.ledger.values()) {
    if (entry.decision !== 'recorded' || entry.released) continue
    if (live.has(entry.buyerId)) world.violated(`P3: ${entry.buyerId} holds two live orders`)
    live.add(entry.buyerId)
    units += entry.units
    for (const token of entry.stockTokens) {
      if (tokens.has(token)) world.violated(`P1: the token ${token} is sold twice`)
      tokens.add(token)
    }
  }
  if (units > total) world.violated('P1: oversold')
  if (available + units !== total) world.violated('the home book does not add up')
}

// The segments as their primaries have them; undefined where one has none.
const primaryBooks = ({ engine }: World): (Book | undefined)[] => {
  const books = engine.books().filter(({ isPrimary }) => isPrimary)
  return Array.from({ length: engine.segments }, (_, at) => books.find((book) => book.at === at))
}

// Undefined when nothing is left to do; else what is.
export const unrest = (world: World): string | undefined => {
  const { home, queue, scheduler, shard } = world
  const { book } = home
  if (!queue.isCommitted()) return 'the queue is not committed'
  if (book.tasks.size > 0) return 'a task is open'
  if (shard.outbox.size > 0) return 'a release has not reached home'
  for (const one of primaryBooks(world)) {
    const segment = one?.slot.segment
    if (segment?.state !== 'open' || segment.epoch !== book.epoch) return 'the engine is not open'
    if (segment.copy!.version < home.sale.version) return 'the engine has an old copy of the sale'
    if (segment.inTransit.size > 0) return 'an order is in transit'
    if (isReturning(segment, scheduler.nowMs())) return 'units are returning'
    if (one!.slot.out.size > 0) return 'units are on their way'
  }
  const soonMs = scheduler.nowMs() + 60_000
  const unpaid = [...shard.orders.values()].find(
    (order) => order.status === 'pending' && order.payByMs < soonMs,
  )
  return unpaid && 'an order has still to expire'
}

const isReturning = ({ returning }: Segment, nowMs: number) =>
  returning.some((one) => one.sellableAtMs > nowMs)

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
  judgeEngine(world, live)
  if (home.book.promisesBroken > 0) world.violated('a promise was broken')
}

const judgeEngine = (world: World, live: ReturnType<typeof liveOf>) => {
  const { total } = world.home.book
  const slots = primaryBooks(world).map((book) => book!.slot)
  const held = slots.flatMap(({ segment }) => [...segment.buyers.values()])
  const holders = new Map(held.map((one) => [one.orderId, one]))
  if (holders.size !== live.length || live.some(({ orderId }) => !holders.has(orderId)))
    world.violated('drift: engine and ledger hold different orders')
  const free = slots.reduce((sum, slot) => sum + slot.segment.available + returningUnits(slot), 0)
  const share = slots.reduce((sum, { segment }) => sum + segment.share, 0)
  if (free + unitsOf(live) !== total || share !== total) world.violated('P5: units are stranded')
  if (world.home.sale.strategy !== 'tokens') return
  const sold = live.flatMap(({ stockTokens }) => stockTokens)
  const tokens = new Set([...sold, ...slots[0]!.tokens])
  if (sold.length !== unitsOf(live) || tokens.size !== total)
    world.violated('P5: tokens are lost or not on their orders')
}
