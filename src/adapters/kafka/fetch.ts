// One request for records of partitions that one broker leads. A broker that led them before, and does not
// know that another one does, refuses: the request names the leadership it is meant for.

import type { ClusterMetadata, Consumer } from '@platformatic/kafka'
import type { SentPartition } from './records.ts'

export interface FetchAt {
  topic: string
  cluster: ClusterMetadata // in which the node leads these
  node: number
  offsets: Map<number, bigint> // partition → from where
  partitionBytesMax: number
  bytesMax: number
  waitMs: number // how long the broker waits while there is nothing
}

export const fetchFrom = async (
  client: Consumer,
  { topic, cluster, node, offsets, ...limits }: FetchAt,
): Promise<SentPartition[]> => {
  const { id: topicId, partitions: known } = cluster.topics.get(topic)!
  const partitions = [...offsets].map(([partition, fetchOffset]) => ({
    partition,
    fetchOffset,
    currentLeaderEpoch: known[partition]!.leaderEpoch,
    lastFetchedEpoch: -1,
    partitionMaxBytes: limits.partitionBytesMax,
  }))
  const { responses } = await client.fetch({
    node,
    topics: [{ topicId, partitions }],
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
