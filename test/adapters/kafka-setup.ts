// The order queue over a Kafka: each test has a topic of its own, and workers of its own.

import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { Admin, ProduceAcks, Producer, stringSerializers } from '@platformatic/kafka'
import { type KafkaDeps, kafkaOrderQueue } from '../../src/adapters/kafka/order-queue.ts'
import { queuePlace } from '../../src/config/technologies.ts'
import type { OrderMessage } from '../../src/domain/messages.ts'
import type { NewDeadLetter } from '../../src/ports/dead-letters.ts'
import type { OrderQueue } from '../../src/ports/order-queue.ts'
import { until } from '../contracts/contract.ts'
import { AT_MS, orderIdOf, sampleMessage } from '../contracts/samples.ts'

export const TIMEOUT_MS = 2000

export const brokersOf = (url: string): string[] => {
  const place = queuePlace(url)
  if (place?.kind !== 'kafka') throw new Error(`${url} is no Kafka`)
  return place.brokers
}

export const newTopic = () => `test.${randomUUID()}`

export interface KafkaSetup extends AsyncDisposable {
  queue: OrderQueue & AsyncDisposable
  letters: NewDeadLetter[] // what was set aside
  place: KafkaDeps
}

export const openKafka = async (url: string, set: Partial<KafkaDeps> = {}): Promise<KafkaSetup> => {
  const letters: NewDeadLetter[] = []
  const place: KafkaDeps = {
    brokers: brokersOf(url),
    topic: newTopic(),
    partitions: 4,
    timeoutMs: TIMEOUT_MS,
    bury: async (more) => void letters.push(...more),
    clock: { nowMs: Date.now },
    ...set,
  }
  const queue = await kafkaOrderQueue(place)
  return { queue, letters, place, [Symbol.asyncDispose]: queue[Symbol.asyncDispose] }
}

export const withAdmin = async <Answer>(
  brokers: string[],
  ask: (admin: Admin) => Promise<Answer>,
): Promise<Answer> => {
  const admin = new Admin({ clientId: 'test', bootstrapBrokers: brokers, retryDelay: 100 })
  try {
    return await ask(admin)
  } finally {
    await admin.close()
  }
}

// Past the adapter: as another program, or another version of this one, would write it.
export const sendRaw = async (
  { brokers, topic }: Pick<KafkaDeps, 'brokers' | 'topic'>,
  sent: { partition: number; value: string }[],
): Promise<void> => {
  const options = { clientId: 'test', bootstrapBrokers: brokers, serializers: stringSerializers }
  const producer = new Producer({ ...options, acks: ProduceAcks.ALL })
  try {
    await producer.send({ messages: sent.map((one) => ({ topic, ...one })) })
  } finally {
    await producer.close()
  }
}

// The buyer's shard is its own number here, so the partition is buyer mod partitions.
export const messageOf = (buyer: number, n = 0): OrderMessage => {
  const buyerId = String(buyer)
  return sampleMessage({ buyerId, orderId: orderIdOf(buyerId, n), reservedAtMs: AT_MS + n })
}

const NEVER = new AbortController().signal

interface Take {
  max?: number
  waitMs?: number
  consumer?: string
  lane?: string
}

export const take = (queue: OrderQueue, { max = 100, waitMs = 200, ...of }: Take = {}) =>
  queue.take({ max, waitMs, signal: NEVER, ...of })

// A broker that has just started is not ready at once.
export const taken = (queue: OrderQueue, of: Take = {}) =>
  until(() => take(queue, of).catch(() => undefined), 15_000)

// Takes and commits until all of these have come at least once; what fails is tried again, as a worker
// does. Returns how often each came.
export const drain = async (
  queue: OrderQueue,
  expected: OrderMessage[],
): Promise<Map<string, number>> => {
  const came = new Map<string, number>()
  const isMissing = ({ orderId }: OrderMessage) => !came.has(orderId)
  const untilMs = performance.now() + 30_000
  while (expected.some(isMissing)) {
    assert(performance.now() < untilMs, `${expected.filter(isMissing).length} did not come`)
    const delivery = await take(queue).catch(() => undefined)
    for (const { orderId } of delivery?.messages ?? [])
      came.set(orderId, (came.get(orderId) ?? 0) + 1)
    await delivery?.commit().catch(() => undefined)
  }
  return came
}
