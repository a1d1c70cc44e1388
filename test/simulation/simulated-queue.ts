// An order queue of two partitions. A message that was published may be on it twice; whoever takes
// gets what is not committed yet, in any order, also what another worker is busy with.

import { type BuyerId, shardOf } from '../../src/domain/ids.ts'
import type { OrderMessage } from '../../src/domain/messages.ts'
import type { Delivery, OrderQueue, QueueEnds, QueueLag } from '../../src/ports/order-queue.ts'
import type { Chance } from './chance.ts'
import { type Model, remote } from './remote.ts'
import type { Process } from './agenda.ts'
import type { Scheduler } from './scheduler.ts'

export const PARTITIONS = 2
const REBALANCED = 0.1

interface Partition {
  messages: OrderMessage[]
  committed: number
}

export interface QueueLog {
  partitions: Partition[]
  isCommitted(): boolean
}

export const queueLog = (): QueueLog => {
  const partitions = Array.from({ length: PARTITIONS }, () => ({ messages: [], committed: 0 }))
  return {
    partitions,
    isCommitted: () => partitions.every((one: Partition) => one.committed === one.messages.length),
  }
}

export interface QueueDeps {
  chance: Chance
  log: QueueLog
  scheduler: Scheduler
  process: Process
  partition: number // the one this process usually reads
}

export const simulatedQueue = (deps: QueueDeps): OrderQueue => {
  const { log, scheduler, process } = deps
  const failure = 'QUEUE_UNREACHABLE'
  return {
    ...remote<QueueReadings>(deps, { name: 'queue', model: readings(log), failure }),
    // Each message is kept on its own: after an exception some may be.
    async publish(messages) {
      const call = (message: OrderMessage) =>
        scheduler.call(process, {
          name: 'queue.publish',
          input: message,
          effect: () => void partitionOf(log, message.buyerId).messages.push(message),
          failure,
          twice: true,
        })
      await Promise.all(messages.map(call))
    },
    take: (at) => take(deps, at),
    stopped: () => [], // every message here is of the version that all know
    setAside: () => 0,
  }
}

type QueueReadings = Pick<OrderQueue, 'drained' | 'ends' | 'lag'>

const readings = (log: QueueLog): Model<QueueReadings> => ({
  ends: () => endsOf(log),
  drained: isDrained(log),
  lag: () => lagOf(log),
})

const partitionOf = (log: QueueLog, buyerId: BuyerId) =>
  log.partitions[shardOf(buyerId) % PARTITIONS]!

const take = (
  deps: QueueDeps,
  { max, waitMs }: { max: number; waitMs: number },
): Promise<Delivery | undefined> => {
  const { chance, log, scheduler, process } = deps
  const at = chance.happens(REBALANCED) ? chance.below(PARTITIONS) : deps.partition
  const partition = log.partitions[at]!
  return scheduler.call(process, {
    name: 'queue.take',
    input: at,
    effect: () => deliver(deps, { partition, max }),
    failure: 'QUEUE_UNREACHABLE',
    twice: false,
    waits: {
      untilMs: scheduler.nowMs() + waitMs,
      ready: () => partition.committed < partition.messages.length,
    },
  })
}

const deliver = (
  { chance, scheduler, process }: QueueDeps,
  { partition, max }: { partition: Partition; max: number },
): Delivery | undefined => {
  const from = partition.committed
  const taken = partition.messages.slice(from, from + max)
  if (taken.length === 0) return undefined
  const messages = [...new Map(taken.map((message) => [message.orderId, message])).values()]
  if (chance.happens(0.3)) messages.reverse()
  const end = from + taken.length
  const commit = () =>
    scheduler.call(process, {
      name: 'queue.commit',
      input: end,
      effect: () => {
        partition.committed = Math.max(partition.committed, end)
      },
      failure: 'QUEUE_UNREACHABLE',
      twice: false,
    })
  return { messages, commit }
}

const endsOf = (log: QueueLog): QueueEnds =>
  Object.fromEntries(log.partitions.map(({ messages }, at) => [at, String(messages.length)]))

const isDrained = (log: QueueLog) => (ends: QueueEnds) =>
  Object.entries(ends).every(([at, end]) => log.partitions[Number(at)]!.committed >= Number(end))

const lagOf = (log: QueueLog): QueueLag => {
  const waiting = log.partitions.flatMap(({ messages, committed }) => messages.slice(committed))
  const oldestAtMs = waiting.reduce<number | undefined>(
    (oldest, { reservedAtMs }) => Math.min(oldest ?? reservedAtMs, reservedAtMs),
    undefined,
  )
  return { messages: waiting.length, oldestAtMs }
}
