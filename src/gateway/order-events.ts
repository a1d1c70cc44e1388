// Buyers who watch their orders, all fed by one reading of all watched orders a few times a second. It
// costs nothing while nobody watches, sees what any process has changed, and holds nothing back: who
// does not read is dropped, and a new stream begins with the order as it is.

import { Readable } from 'node:stream'
import { isLive } from '../domain/order.ts'
import { type OrderKey, readOrders, type SeenOrder } from '../flows/orders/read.ts'
import type { Ports } from '../ports/ports.ts'
import type { BuyerCredential } from './buyer-credentials.ts'
import { orderView } from './order-views.ts'

export interface OrderEvents {
  // Undefined: there are too many streams already, of all buyers or of this one.
  watch(watched: Watched): Readable | undefined
  // At all orders that are watched, or those of one place: who waits for another place is told by another.
  look(place?: string): Promise<void>
  close(): void // ends all streams, and begins no more
}

export interface Watched {
  key: OrderKey
  seen: SeenOrder
  credential: BuyerCredential
  isStillGood: () => Promise<boolean> // the credential; asked now and then
}

interface Watcher extends Watched {
  place: string | undefined // where the order is kept
  stream: Readable
  told: string // the order, as it was told last
  toldAtMs: number // anything at all
  checkedAtMs: number // the credential
  isOver: boolean
}

const PER_BUYER_MAX = 10
const UNREAD_BYTES_MAX = 16_384
const HEARTBEAT_MS = 15_000
const CHECK_MS = 1000
const RETRY_MS = 2000 // when a browser comes back after a stream has broken off

type EventPorts = Pick<Ports, 'clock' | 'ledger' | 'orders' | 'payments' | 'stock'>

export const orderEvents = (
  ports: EventPorts,
  { streamsMax, readAtOnce }: { streamsMax: number; readAtOnce: number },
): OrderEvents => {
  const watchers = new Set<Watcher>()
  let isClosed = false

  const isFull = ({ credential: { buyerId } }: Watched) => {
    const own = [...watchers].filter(({ credential }) => credential.buyerId === buyerId)
    return watchers.size >= streamsMax || own.length >= PER_BUYER_MAX
  }

  return {
    watch(watched) {
      if (isClosed || isFull(watched)) return undefined
      const nowMs = ports.clock.nowMs()
      const stream = new Readable({ read: () => undefined, highWaterMark: UNREAD_BYTES_MAX })
      const since = { told: '', toldAtMs: nowMs, checkedAtMs: nowMs, isOver: false }
      const place = ports.orders.places?.of(watched.key.orderId)
      const watcher = { ...watched, ...since, place, stream }
      watchers.add(watcher)
      stream.once('close', () => watchers.delete(watcher))
      stream.push(`retry: ${RETRY_MS}\n\n`)
      if (!tell(watcher, watched.seen, nowMs)) watchers.delete(watcher)
      return stream
    },

    async look(place) {
      const all = [...watchers].filter((one) => place === undefined || one.place === place)
      for (let at = 0; at < all.length; at += readAtOnce) {
        const some = all.slice(at, at + readAtOnce)
        for (const ended of await lookAt(ports, some)) watchers.delete(ended)
        await ports.clock.pause(0) // attempts have their turn
      }
    },

    close() {
      isClosed = true
      for (const watcher of watchers) end(watcher)
      watchers.clear()
    },
  }
}

// Tells everybody what is new, and returns those whose stream has ended by that.
const lookAt = async (ports: EventPorts, some: Watcher[]): Promise<Watcher[]> => {
  const seen = await readOrders(
    ports,
    some.map(({ key }) => key),
  )
  const nowMs = ports.clock.nowMs()
  const goesOn = await Promise.all(
    some.map(async (watcher, at) => {
      if (!(await isGood(watcher, nowMs))) return end(watcher)
      return tell(watcher, seen[at], nowMs)
    }),
  )
  return some.filter((_, at) => !goesOn[at])
}

// A credential of which nobody can say now whether it is good stays so until somebody can.
const isGood = async (watcher: Watcher, nowMs: number): Promise<boolean> => {
  if (nowMs >= watcher.credential.expiresAtMs) return false
  if (nowMs < watcher.checkedAtMs + CHECK_MS) return true
  watcher.checkedAtMs = nowMs
  return watcher.isStillGood().catch(() => true)
}

// False: the stream has ended.
const tell = (
  watcher: Watcher,
  seen: SeenOrder | 'rebuilding' | undefined,
  nowMs: number,
): boolean => {
  if (watcher.isOver || watcher.stream.destroyed) return false
  if (seen === undefined) return end(watcher) // it was in transit and never became an order
  if (seen !== 'rebuilding') {
    const text = JSON.stringify(orderView(seen))
    const event = `event: order\nid: ${eventId(seen)}\ndata: ${text}\n\n`
    if (text !== watcher.told && !push(watcher, event, nowMs)) return false
    watcher.told = text
    if (!isLive(seen.order.status)) return end(watcher)
  }
  return nowMs < watcher.toldAtMs + HEARTBEAT_MS || push(watcher, ': still here\n\n', nowMs)
}

const push = (watcher: Watcher, text: string, nowMs: number): boolean => {
  watcher.toldAtMs = nowMs
  if (watcher.stream.push(text)) return true
  watcher.stream.destroy() // nobody reads
  return false
}

const end = (watcher: Watcher): false => {
  if (!watcher.isOver) watcher.stream.push(null)
  watcher.isOver = true
  return false
}

const eventId = ({ order, payments }: SeenOrder): string => {
  const changes = payments.map(({ changedAtMs }) => changedAtMs)
  const orderAtMs = order.status === 'in-transit' ? 0 : order.changedAtMs
  return `${Math.max(orderAtMs, ...changes)}-${order.status}`
}
