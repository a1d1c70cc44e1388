// Messages onto the topic, durable on every copy that is in step before it is told. One send is out at a
// time, so that a repetition inside the client cannot overtake another; what comes meanwhile waits and
// goes together with the next.
//
// A send that has not been answered in time may still be kept, later than what is sent after it: that is
// at least once, and out of order, as the port says. Its producer is closed, so that it is not repeated
// any more, and another one begins anew.

import { performance } from 'node:perf_hooks'
import { Producer, ProduceAcks, stringSerializers } from '@platformatic/kafka'
import { EngineError } from '../../domain/errors.ts'
import { shardOf } from '../../domain/ids.ts'
import type { OrderMessage } from '../../domain/messages.ts'
import type { Clock } from '../../ports/clock.ts'
import type { OrderQueue } from '../../ports/order-queue.ts'
import { unreachable } from './fault.ts'
import { clientOptions, type KafkaPlace } from './place.ts'
import { renewedClient } from './renewed-client.ts'
import { within } from './within.ts'

export interface TopicPlace extends KafkaPlace {
  topic: string
  partitions: number
}

const SEND_MAX = 2000 // messages: half a megabyte, and less than a broker takes at once
const WAITING_MAX = 50_000

interface Waiting {
  messages: OrderMessage[]
  untilMs: number
  done: PromiseWithResolvers<void>
}

export const publishing = ({
  place,
  clock,
}: {
  place: TopicPlace
  clock: Pick<Clock, 'nowMs'>
}): Pick<OrderQueue, 'publish'> & AsyncDisposable => {
  const { brokers, timeoutMs } = place
  const producer = renewedClient(place, (turn) => newProducer(place, turn))
  const waiting: Waiting[] = []
  let isSending = false
  let sent: Promise<void> = Promise.resolve()

  const sendAll = async () => {
    isSending = true
    while (waiting.length > 0) {
      const now = performance.now()
      const batch = takeBatch(waiting).filter(({ untilMs }) => untilMs > now)
      const at = { ...place, nowMs: clock.nowMs() }
      const messages = batch.flatMap((one) => one.messages).map((one) => recordOf(one, at))
      if (messages.length === 0) continue
      try {
        await producer.use(timeoutMs, (client) => client.send({ messages }))
        for (const { done } of batch) done.resolve()
      } catch (error) {
        for (const { done } of batch) done.reject(error)
      }
    }
    isSending = false
  }

  return {
    async publish(messages) {
      if (messages.length === 0) return
      const ahead = waiting.reduce((sum, one) => sum + one.messages.length, 0)
      if (ahead + messages.length > WAITING_MAX) throw full()
      const done = Promise.withResolvers<void>()
      waiting.push({ messages, untilMs: performance.now() + timeoutMs, done })
      if (!isSending) sent = sendAll()
      await within(timeoutMs, done.promise).catch((cause: unknown) => {
        throw unreachable(cause, brokers)
      })
    },
    async [Symbol.asyncDispose]() {
      await sent
      await producer[Symbol.asyncDispose]()
    },
  }
}

// From the front, as many as one send may carry; one publish is not divided.
const takeBatch = (waiting: Waiting[]): Waiting[] => {
  let count = 1
  let messages = waiting[0]!.messages.length
  while (count < waiting.length && messages + waiting[count]!.messages.length <= SEND_MAX) {
    messages += waiting[count]!.messages.length
    count += 1
  }
  return waiting.splice(0, count)
}

// Stamped with the store's time: a broker refuses what is stamped more than an hour ahead of its own
// (`message.timestamp.after.max.ms`), and keeps by these stamps what it keeps for days.
const recordOf = (
  message: OrderMessage,
  of: { topic: string; partitions: number; nowMs: number },
) => ({
  topic: of.topic,
  partition: shardOf(message.buyerId) % of.partitions,
  timestamp: BigInt(of.nowMs),
  key: message.orderId,
  value: JSON.stringify(message),
})

const full = () =>
  new EngineError('QUEUE_UNREACHABLE', {
    message: `${WAITING_MAX} messages wait already to be taken by Kafka`,
  })

// Repeated inside until the deadline takes the producer away: by its sequence numbers a broker knows
// what it has kept already.
const newProducer = (place: TopicPlace, turn: number) =>
  new Producer({
    ...clientOptions(place, turn),
    acks: ProduceAcks.ALL,
    idempotent: true,
    retries: Number.MAX_SAFE_INTEGER,
    serializers: stringSerializers,
  })
