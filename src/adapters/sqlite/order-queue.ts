// The order queue is the table of what is in transit, taken in order-id order: one partition, `all`.
// What a consumer holds is remembered by this process only; after a crash everything is handed out
// again.
//
// Two commits carry a purchase. The first is the reservation, and its message with it. The second is
// everything the worker does: the ledger's decision and the order are applied without waiting, and
// `commit` of the delivery, which deletes the messages, waits for all three. If anything was undone
// since the delivery was taken, it must not delete: the messages are delivered again.

import { performance } from 'node:perf_hooks'
import { EngineError } from '../../domain/errors.ts'
import type { OrderId } from '../../domain/ids.ts'
import type { OrderMessage } from '../../domain/messages.ts'
import type { Delivery, OrderQueue, QueueTake } from '../../ports/order-queue.ts'
import type { EngineDeps } from './arrivals.ts'
import { INSERT_IN_TRANSIT, inTransitValues } from './rows/columns.ts'
import { waitingReader } from './rows/waiting-messages.ts'

export const sqliteOrderQueue = (deps: EngineDeps): OrderQueue => ({
  ...publishing(deps),
  ...taking(deps),
  ...ends(deps),
})

const PUBLISH = `${INSERT_IN_TRANSIT}
  on conflict (order_id) do nothing
`

// Aside, with the reason. The message itself goes when its delivery is committed.
const BURY = `
  insert into dead_letters (order_id, message, reason, at)
  values (?, ?, ?, ?)
  on conflict (order_id) do update
  set message = excluded.message, reason = excluded.reason, at = excluded.at
`

const publishing = (deps: EngineDeps): Pick<OrderQueue, 'publish' | 'bury'> => {
  const { database, clock, arrivals } = deps
  const insert = database.change(PUBLISH)
  const bury = database.change(BURY)
  return {
    async publish(messages) {
      await database.write(() => {
        for (const message of messages) insert(...inTransitValues(message))
      })
      arrivals.ring()
    },
    async bury(message, reason) {
      const values = [message.orderId, JSON.stringify(message), reason, clock.nowMs()]
      await database.write(() => bury(...values))
    },
  }
}

const DELETE = `
  delete from in_transit
  where order_id = ?
`

const DEFAULT_CONSUMER = ''

const taking = (deps: EngineDeps): Pick<OrderQueue, 'take'> => {
  const { database, arrivals } = deps
  const readWaiting = waitingReader(database)
  const remove = database.change(DELETE)
  const heldBy = new Map<string, OrderMessage[]>()

  const takeNow = async ({ consumer = DEFAULT_CONSUMER, max }: QueueTake) => {
    heldBy.delete(consumer)
    const except = orderIdsOf(heldBy.values())
    const messages = database.query(() => readWaiting({ max, except }))
    if (messages.length === 0) return undefined
    heldBy.set(consumer, messages)
    const failures = database.failures()
    // A reservation that is not durable yet may still be undone.
    await database.settle()
    return { messages, commit: () => commit(consumer, { messages, failures }) }
  }

  const commit = async (consumer: string, of: { messages: OrderMessage[]; failures: number }) => {
    if (database.failures() !== of.failures) throw undone()
    await database.write(() => {
      for (const { orderId } of of.messages) remove(orderId)
    })
    if (heldBy.get(consumer) === of.messages) heldBy.delete(consumer)
  }

  return {
    async take(at): Promise<Delivery | undefined> {
      const untilMs = performance.now() + at.waitMs
      for (;;) {
        const delivery = await takeNow(at)
        const ms = untilMs - performance.now()
        if (delivery || ms <= 0 || at.signal.aborted) return delivery
        await arrivals.wait({ ms, signal: at.signal })
      }
    },
  }
}

const orderIdsOf = (held: Iterable<OrderMessage[]>): Set<OrderId> =>
  new Set([...held].flatMap((messages) => messages.map(({ orderId }) => orderId)))

const undone = () =>
  new EngineError('STORE_UNREACHABLE', {
    message: 'what was decided of this delivery was undone: it is delivered again',
  })

const END = `
  select cast(coalesce(max(order_id), 0) as text) as orderId
  from in_transit
`

const BEFORE_END = `
  select 1
  from in_transit
  where order_id <= ?
  limit 1
`

// Order ids grow with time, so the lowest is the oldest.
const LAG = `
  select
    (select count(*) from in_transit) as messages,
    (select reserved_at from in_transit order by order_id limit 1) as oldestAtMs
`

const ends = ({ database }: EngineDeps): Pick<OrderQueue, 'ends' | 'drained' | 'lag'> => {
  const end = database.select<{ orderId: OrderId }>(END)
  const beforeEnd = database.select(BEFORE_END)
  const lag = database.select<{ messages: number; oldestAtMs: number | null }>(LAG)
  return {
    ends: async () => database.read(() => ({ all: end.get()!.orderId })),
    drained: async ({ all }) => database.read(() => beforeEnd.get(all ?? '0') === undefined),
    lag: async () =>
      database.read(() => {
        const { messages, oldestAtMs } = lag.get()!
        return { messages, oldestAtMs: oldestAtMs ?? undefined }
      }),
  }
}
