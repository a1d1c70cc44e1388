// The order queue is what is in transit, in the order in which it came: one partition, `all`. What a
// consumer holds is remembered by this process only; after a crash everything that was durable and is
// not recorded is handed out again.
//
// A message may be handed out before it is durable: what is done with it before the commit of its own
// transaction is durable with it, or undone with it. So a worker that waits is woken just before the
// commit, and a purchase costs one: reservation, decision and order. A worker that was late has its own
// share of the next one. `commit` of a delivery waits for all that was done; if anything was undone
// since the delivery was taken, it must not take the messages away: they are delivered again.

import { performance } from 'node:perf_hooks'
import { EngineError } from '../../domain/errors.ts'
import type { OrderId } from '../../domain/ids.ts'
import { MESSAGE_VERSION, type OrderMessage } from '../../domain/messages.ts'
import type { Delivery, OrderQueue, QueueTake } from '../../ports/order-queue.ts'
import type { EngineDeps, InTransit } from './in-transit.ts'
import { BEFORE_ALL } from './paged-map.ts'

export const sqliteOrderQueue = (deps: EngineDeps): OrderQueue => ({
  ...publishing(deps),
  ...taking(deps),
  ...ends(deps),
})

const publishing = ({ database, inTransit }: EngineDeps): Pick<OrderQueue, 'publish'> => ({
  async publish(messages) {
    for (const message of messages) inTransit.add(message)
    await database.settle()
  },
})

const DEFAULT_CONSUMER = ''

const taking = ({
  database,
  inTransit,
}: EngineDeps): Pick<OrderQueue, 'take' | 'stopped' | 'setAside'> => {
  const heldBy = new Map<string, OrderMessage[]>()
  let unknown: OrderMessage | undefined // where the queue stood when it was last taken from

  const takeNow = ({ consumer = DEFAULT_CONSUMER, max }: QueueTake): Delivery | undefined => {
    heldBy.delete(consumer)
    const found = waiting(inTransit, { max, except: orderIdsOf(heldBy.values()) })
    const { messages } = found
    unknown = found.unknown
    if (messages.length === 0) return undefined
    heldBy.set(consumer, messages)
    const failures = database.failures()
    return { messages, commit: () => commit(consumer, { messages, failures }) }
  }

  const commit = async (consumer: string, of: { messages: OrderMessage[]; failures: number }) => {
    if (database.failures() !== of.failures) throw undone()
    for (const { orderId } of of.messages) inTransit.remove(orderId)
    await database.settle()
    if (heldBy.get(consumer) === of.messages) heldBy.delete(consumer)
  }

  return {
    async take(at): Promise<Delivery | undefined> {
      const untilMs = performance.now() + at.waitMs
      for (;;) {
        const delivery = takeNow(at)
        const ms = untilMs - performance.now()
        if (delivery || ms <= 0 || at.signal.aborted) return delivery
        await inTransit.wait({ ms, signal: at.signal })
      }
    },
    stopped: () =>
      unknown
        ? [{ partition: 'all', at: `order ${unknown.orderId}`, version: unknown.version }]
        : [],
    setAside: () => 0, // what is in its own table can be read
  }
}

const orderIdsOf = (held: Iterable<OrderMessage[]>): Set<OrderId> =>
  new Set([...held].flatMap((messages) => messages.map(({ orderId }) => orderId)))

// Up to `max` messages that nobody holds. Those held are few, so they are read over. A message of a
// version this program does not know stops the queue where it stands: what is before it is still handed
// out, nothing after it is. In order-id order, because tables grow by it.
const waiting = (
  inTransit: InTransit,
  { max, except }: { max: number; except: Set<OrderId> },
): { messages: OrderMessage[]; unknown: OrderMessage | undefined } => {
  const { values } = inTransit.page({ after: BEFORE_ALL, limit: max + except.size })
  const free = values.filter(({ orderId }) => !except.has(orderId)).slice(0, max)
  const unknown = free.find(({ version }) => version !== MESSAGE_VERSION)
  const known = unknown ? free.slice(0, free.indexOf(unknown)) : free
  return { messages: known.sort(byOrderId), unknown }
}

// Decimal ids without leading zeros: the longer one is the greater.
const byOrderId = ({ orderId: a }: OrderMessage, { orderId: b }: OrderMessage): number =>
  a.length - b.length || (a < b ? -1 : 1)

const undone = () =>
  new EngineError('STORE_UNREACHABLE', {
    message: 'what was decided of this delivery was undone: it is delivered again',
  })

// An end is the place of the message that came last.
const ends = ({
  database,
  inTransit,
}: EngineDeps): Pick<OrderQueue, 'ends' | 'drained' | 'lag'> => ({
  ends: async () => database.read(() => ({ all: String(inTransit.last()) })),
  drained: async ({ all = '0' }) =>
    database.read(() => (inTransit.first() ?? Infinity) > Number(all)),
  lag: async () =>
    database.read(() => ({
      messages: inTransit.size(),
      oldestAtMs: oldestOf(inTransit.values()),
    })),
})

const oldestOf = (messages: OrderMessage[]): number | undefined =>
  messages.length === 0
    ? undefined
    : messages.reduce((oldest, { reservedAtMs }) => Math.min(oldest, reservedAtMs), Infinity)
