// What is on the topic comes once more, in the wrong order: as after a producer that was too sure of itself.
// Everything is at least once, so nothing may come of it.

import { randomUUID } from 'node:crypto'
import {
  Consumer,
  MessagesStreamModes,
  ProduceAcks,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka'
import type { Fault } from '../fault.ts'
import type { Field } from '../field.ts'

const MESSAGES_MAX = 300
const READS_FOR_MS = 3000

const placeOf = ({ cluster, kafka }: Field) => ({
  topic: cluster.servers.settings.SECKILL_QUEUE_TOPIC!,
  client: { clientId: 'campaign', bootstrapBrokers: kafka.brokers.map(({ broker }) => broker) },
})

type Place = ReturnType<typeof placeOf>

// The first that come, of all that there are.
const read = async ({ topic, client }: Place): Promise<{ partition: number; value: string }[]> => {
  const groupId = `campaign-${randomUUID()}`
  const consumer = new Consumer({ ...client, groupId, deserializers: stringDeserializers })
  const seen: { partition: number; value: string }[] = []
  try {
    const mode = MessagesStreamModes.EARLIEST
    const stream = await consumer.consume({ topics: [topic], mode, autocommit: false })
    const ends = setTimeout(() => void stream.close(), READS_FOR_MS)
    for await (const { partition, value } of stream) {
      seen.push({ partition, value })
      if (seen.length === MESSAGES_MAX) break
    }
    clearTimeout(ends)
  } finally {
    await consumer.close(true)
  }
  return seen
}

const send = async ({ topic, client }: Place, messages: { partition: number; value: string }[]) => {
  const producer = new Producer({
    ...client,
    serializers: stringSerializers,
    acks: ProduceAcks.ALL,
  })
  try {
    await producer.send({ messages: messages.map((one) => ({ topic, ...one })) })
  } finally {
    await producer.close()
  }
}

export const repeatedMessages: Fault = {
  name: 'messages come again, in the wrong order',
  touches: ['kafka'],
  holdMs: [0, 500],
  async begin(field) {
    const place = placeOf(field)
    const repeating = read(place).then((seen) => send(place, seen.toReversed()))
    repeating.catch(() => undefined) // told when it is healed
    return () => repeating
  },
}
