// How far the workers have come. Whoever asks need not be one of them: no group is joined.

import { type Consumer, ListOffsetTimestamps, type offsetCommitV9 } from '@platformatic/kafka'
import { readMessage } from '../../domain/messages.ts'
import type { OrderQueue, QueueLag } from '../../ports/order-queue.ts'
import { askBroker } from './ask-broker.ts'
import { byLeader, fetchFrom } from './fetch.ts'
import type { TopicPlace } from './publishing.ts'
import { type KafkaRecord, recordsFrom } from './records.ts'
import type { RenewedClient } from './renewed-client.ts'

export interface Progress extends Pick<OrderQueue, 'drained' | 'lag'> {
  // Where the workers go on, of each of these partitions.
  positions(partitions: number[]): Promise<Map<number, bigint>>
  // Of each of these partitions, the first that the topic still has.
  firsts(partitions: number[]): Promise<Map<number, bigint>>
  // By this member, of this generation of the group; refused when the group has changed since.
  commit(of: {
    memberId: string
    generationId: number
    offsets: Map<number, bigint>
  }): Promise<void>
}

interface ProgressDeps {
  groupId: string
  place: TopicPlace
  reader: RenewedClient<Consumer>
}

export const progress = ({ place, groupId, reader }: ProgressDeps): Progress => {
  const { timeoutMs } = place
  const all = Array.from({ length: place.partitions }, (_, partition) => partition)
  const ask = <Answer>(question: (client: Consumer) => Promise<Answer>) =>
    reader.use(timeoutMs * 3, question)

  return {
    positions: (partitions) => ask((client) => positionsOf(client, { place, partitions })),

    firsts: (partitions) =>
      ask(async (client) => {
        const starts = await offsetsAt(client, { place, timestamp: ListOffsetTimestamps.EARLIEST })
        return new Map(partitions.map((one) => [one, starts[one]!]))
      }),

    // Not by the client's own way to commit: that joins the group again when it has changed, and commits
    // after that what somebody else may have by now.
    commit: ({ memberId, generationId, offsets }) =>
      reader.use(timeoutMs, async (client) => {
        const coordinator = await client.findGroupCoordinator()
        const { brokers } = await client.metadata({ topics: [place.topic] })
        await askBroker<CommitRequest, unknown>(
          client,
          { broker: brokers.get(coordinator), api: 'OffsetCommit' },
          groupId,
          generationId,
          memberId,
          null,
          [committed(place.topic, offsets)],
        )
      }),

    drained: (ends) =>
      ask(async (client) => {
        const partitions = Object.keys(ends).map(Number)
        const positions = await positionsOf(client, { place, partitions })
        return partitions.every((one) => positions.get(one)! >= BigInt(ends[one]!))
      }),

    lag: () => ask((client) => lagOf(client, { place, partitions: all })),
  }
}

const lagOf = async (
  client: Consumer,
  { place, partitions }: { place: TopicPlace; partitions: number[] },
): Promise<QueueLag> => {
  const ends = await offsetsAt(client, { place, timestamp: ListOffsetTimestamps.LATEST })
  const positions = await positionsOf(client, { place, partitions })
  const behind = new Map([...positions].filter(([one, position]) => position < ends[one]!))
  const messages = [...behind].map(([one, position]) => Number(ends[one]! - position))
  return {
    messages: messages.reduce((sum, count) => sum + count, 0),
    oldestAtMs: await oldestOf(client, { place, firsts: behind }),
  }
}

type CommitRequest = offsetCommitV9.OffsetCommitRequest

const committed = (topic: string, offsets: Map<number, bigint>) => ({
  name: topic,
  partitions: [...offsets].map(([partitionIndex, committedOffset]) => ({
    partitionIndex,
    committedOffset,
    committedLeaderEpoch: -1,
    committedMetadata: null,
  })),
})

const offsetsAt = async (
  client: Consumer,
  { place: { topic }, timestamp }: { place: TopicPlace; timestamp: bigint },
): Promise<bigint[]> => (await client.listOffsets({ topics: [topic], timestamp })).get(topic)!

// A partition of which nothing was ever committed, or no longer has what was, goes on with its first.
const positionsOf = async (
  client: Consumer,
  { place, partitions }: { place: TopicPlace; partitions: number[] },
): Promise<Map<number, bigint>> => {
  const { topic } = place
  const [starts, committed] = await Promise.all([
    offsetsAt(client, { place, timestamp: ListOffsetTimestamps.EARLIEST }),
    client.listCommittedOffsets({ topics: [{ topic, partitions }] }),
  ])
  const offsets = committed.get(topic) ?? []
  return new Map(partitions.map((one) => [one, greater(offsets[one] ?? -1n, starts[one]!)]))
}

const greater = (a: bigint, b: bigint): bigint => (a > b ? a : b)

const PARTITION_BYTES = 65_536
const BYTES = 8_388_608

// When the first message of each of these was reserved, and of them the earliest. Its batch has to be
// fetched for that, mostly some kilobytes a partition; where a batch is larger than what is asked for,
// a broker still sends the first of its answer whole, and the rest is asked for again.
const oldestOf = async (
  client: Consumer,
  { place: { topic }, firsts }: { place: TopicPlace; firsts: Map<number, bigint> },
): Promise<number | undefined> => {
  const limits = { partitionBytesMax: PARTITION_BYTES, bytesMax: BYTES, waitMs: 0 }
  const missing = new Map(firsts)
  let oldestMs: number | undefined
  while (missing.size > 0) {
    const cluster = await client.metadata({ topics: [topic] })
    const asked = [...byLeader(cluster, { topic, offsets: missing })]
    const sent = await Promise.all(
      asked.map(([node, offsets]) => fetchFrom(client, { topic, node, offsets, ...limits })),
    )
    const before = missing.size
    for (const partition of sent.flat()) {
      const from = missing.get(partition.partitionIndex)
      const [first] = from === undefined ? [] : recordsFrom(partition, from).records
      if (first === undefined) continue
      missing.delete(partition.partitionIndex)
      oldestMs = Math.min(oldestMs ?? Infinity, reservedAtMs(first))
    }
    if (missing.size === before) break // committed meanwhile, or without a leader
  }
  return oldestMs
}

const reservedAtMs = ({ value, atMs }: KafkaRecord): number => {
  const read = readMessage(String(value))
  return read.result === 'message' ? read.message.reservedAtMs : atMs
}
