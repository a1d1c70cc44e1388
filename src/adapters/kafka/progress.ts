// How far the workers have come. Whoever asks need not be one of them: no group is joined.

import { type Consumer, ListOffsetTimestamps, type offsetCommitV9 } from '@platformatic/kafka'
import { readMessage } from '../../domain/messages.ts'
import type { OrderQueue, QueueLag } from '../../ports/order-queue.ts'
import { askBroker } from './ask-broker.ts'
import { byLeader, fetchFrom } from './fetch.ts'
import type { TopicPlace } from './publishing.ts'
import { type KafkaRecord, recordsFrom } from './records.ts'
import type { RenewedClient } from './renewed-client.ts'
import { checkPartitions } from './topic.ts'

export interface Progress extends Pick<OrderQueue, 'drained' | 'lag'> {
  // Where the workers go on, of each of these partitions.
  positions(partitions: number[]): Promise<Map<number, bigint>>
  // Of these places, each that the topic has; instead of one that it has no longer, or that lies beyond its
  // end, because it was rolled back, the first of the partition: rather all of it again than one not at all.
  existing(places: Map<number, bigint>): Promise<Map<number, bigint>>
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
  ends: OrderQueue['ends'] // for sure
}

export const progress = ({ place, groupId, reader, ends }: ProgressDeps): Progress => {
  const { timeoutMs } = place
  const topic = { place, ends }
  const ask = <Answer>(question: (client: Consumer) => Promise<Answer>) =>
    reader.use(timeoutMs * 3, question)

  return {
    positions: (partitions) => ask((client) => positionsOf(client, topic, partitions)),

    existing: (places) => ask((client) => existingOf(client, topic, places)),

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

    drained: (before) =>
      ask(async (client) => {
        const partitions = Object.keys(before).map(Number)
        const positions = await positionsOf(client, topic, partitions)
        return partitions.every((one) => positions.get(one)! >= BigInt(before[one]!))
      }),

    lag: () => ask((client) => lagOf(client, topic)),
  }
}

type TopicEnds = Pick<ProgressDeps, 'place' | 'ends'>

const lagOf = async (client: Consumer, topic: TopicEnds): Promise<QueueLag> => {
  const { place } = topic
  checkPartitions(place, await client.metadata({ topics: [place.topic], forceUpdate: true }))
  const ends = await offsetsAt(client, { place, timestamp: ListOffsetTimestamps.LATEST })
  const positions = await positionsOf(client, topic, [...ends.keys()])
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

// A partition of which nothing was ever committed goes on with its first.
const positionsOf = async (client: Consumer, of: TopicEnds, partitions: number[]) => {
  const { topic } = of.place
  const committed = await client.listCommittedOffsets({ topics: [{ topic, partitions }] })
  const offsets = committed.get(topic) ?? []
  return existingOf(client, of, new Map(partitions.map((one) => [one, offsets[one] ?? -1n])))
}

// A leader of the past may name an end that lies before places the topic has: one such answer is not
// enough to go back.
const existingOf = async (
  client: Consumer,
  { place, ends }: TopicEnds,
  places: Map<number, bigint>,
): Promise<Map<number, bigint>> => {
  const [firsts, named] = await Promise.all([
    offsetsAt(client, { place, timestamp: ListOffsetTimestamps.EARLIEST }),
    offsetsAt(client, { place, timestamp: ListOffsetTimestamps.LATEST }),
  ])
  const isBeyond = [...places].some(([one, at]) => at > named[one]!)
  const sure = isBeyond ? await ends() : {}
  const has = (one: number, at: bigint) => at >= firsts[one]! && at <= BigInt(sure[one] ?? at)
  return new Map([...places].map(([one, at]) => [one, has(one, at) ? at : firsts[one]!]))
}

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
      asked.map(([node, offsets]) =>
        fetchFrom(client, { topic, cluster, node, offsets, ...limits }),
      ),
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
