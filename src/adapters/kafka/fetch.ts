// One request for records of partitions that one broker leads.

import type { ClusterMetadata, Consumer } from '@platformatic/kafka'
import type { SentPartition } from './records.ts'

export interface FetchAt {
  topic: string
  node: number
  offsets: Map<number, bigint> // partition → from where
  partitionBytesMax: number
  bytesMax: number
  waitMs: number // how long the broker waits while there is nothing
}

export const fetchFrom = async (
  client: Consumer,
  { topic, node, offsets, ...limits }: FetchAt,
): Promise<SentPartition[]> => {
  const { topics } = await client.metadata({ topics: [topic] })
  const partitions = [...offsets].map(([partition, fetchOffset]) => ({
    partition,
    fetchOffset,
    currentLeaderEpoch: -1,
    lastFetchedEpoch: -1,
    partitionMaxBytes: limits.partitionBytesMax,
  }))
  const { responses } = await client.fetch({
    node,
    topics: [{ topicId: topics.get(topic)!.id, partitions }],
    maxBytes: limits.bytesMax,
    maxWaitTime: limits.waitMs,
    minBytes: 1,
  })
  return responses.flatMap((response) => response.partitions)
}

// Which broker leads each of them. None leads a partition whose copies are all down: it is left out.
export const byLeader = (
  cluster: ClusterMetadata,
  { topic, offsets }: Pick<FetchAt, 'topic' | 'offsets'>,
): Map<number, Map<number, bigint>> => {
  const led = new Map<number, Map<number, bigint>>()
  for (const [partition, offset] of offsets) {
    const node = cluster.topics.get(topic)?.partitions[partition]?.leader
    if (node === undefined || !cluster.brokers.has(node)) continue
    if (!led.has(node)) led.set(node, new Map())
    led.get(node)!.set(partition, offset)
  }
  return led
}
