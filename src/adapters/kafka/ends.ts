// Where every partition ends, such that everything acknowledged before the question is before the end:
// the drain of a rebuild hangs on it (R1).
//
// A broker that was paused, and another leads now, does not know that when it goes on; it would name the
// end of its own time, and name itself as the leader. So all brokers are asked who leads, and the newest
// word counts. A message is acknowledged when `inSyncMin` copies have it, and all of them knew its leader
// before: it is enough that fewer copies than that are silent. The leader is asked with its epoch, and
// refuses if it is of another.

import {
  Base,
  type ClusterMetadata,
  type ClusterPartitionMetadata,
  FetchIsolationLevels,
  type listOffsetsV9,
  ListOffsetTimestamps,
} from '@platformatic/kafka'
import type { QueueEnds } from '../../ports/order-queue.ts'
import { askBroker } from './ask-broker.ts'
import { clientOptions } from './place.ts'
import type { TopicPlace } from './publishing.ts'
import type { RenewedClient } from './renewed-client.ts'
import { checkPartitions } from './topic.ts'
import { within } from './within.ts'

export interface EndsDeps {
  place: TopicPlace
  inSyncMin: number
  client: RenewedClient<Base>
}

export const readEnds = ({ place, inSyncMin, client }: EndsDeps): Promise<QueueEnds> =>
  client.use(place.timeoutMs * 3, async (base) => {
    const { topic } = place
    const { brokers } = await base.metadata({ topics: [topic], forceUpdate: true })
    const views = await Promise.all(
      [...brokers].map(async ([nodeId, { host, port }]) => ({
        nodeId,
        cluster: await viewOf(place, `${host}:${port}`),
      })),
    )
    const answers = new Map(views.map(({ nodeId, cluster }) => [nodeId, cluster]))
    refuseMore(place, [...answers.values()])
    const leaders = Array.from({ length: place.partitions }, (_, partition) =>
      newestLeader(answers, { topic, partition, inSyncMin }),
    )
    return endsOf(base, { topic, leaders })
  })

// What one broker knows; undefined when it is silent. Over a client that knows no other broker: one that
// knows some would ask another instead.
const viewOf = async (place: TopicPlace, address: string): Promise<ClusterMetadata | undefined> => {
  const client = new Base(clientOptions({ ...place, brokers: [address] }, 0))
  client.on('error', () => undefined)
  try {
    return await within(place.timeoutMs, client.metadata({ topics: [place.topic] }))
  } catch {
    return undefined
  } finally {
    await within(place.timeoutMs, client.close()).catch(() => undefined)
  }
}

// A process that was started before partitions were added would call them drained unseen. They only ever
// become more, so a broker that knows of fewer has not heard yet.
const refuseMore = (place: TopicPlace, views: (ClusterMetadata | undefined)[]) => {
  for (const view of views)
    if (view && view.topics.get(place.topic)!.partitionsCount > place.partitions)
      checkPartitions(place, view)
}

interface Leader {
  partition: number
  nodeId: number
  leaderEpoch: number
  broker: { host: string; port: number }
}

type Answers = Map<number, ClusterMetadata | undefined>

const newestLeader = (
  answers: Answers,
  { topic, partition, inSyncMin }: { topic: string; partition: number; inSyncMin: number },
): Leader => {
  let newest: { cluster: ClusterMetadata; known: ClusterPartitionMetadata } | undefined
  for (const cluster of answers.values()) {
    const known = cluster?.topics.get(topic)?.partitions[partition]
    if (cluster && known && known.leaderEpoch > (newest?.known.leaderEpoch ?? -1))
      newest = { cluster, known }
  }
  const { leader: nodeId = -1, leaderEpoch = -1, replicas = [] } = newest?.known ?? {}
  const silent = replicas.filter((replica) => answers.get(replica) === undefined).length
  const broker = newest?.cluster.brokers.get(nodeId)
  if (!broker || silent >= inSyncMin)
    throw new Error(`no answer within the time from those who lead partition ${partition}`)
  return { partition, nodeId, leaderEpoch, broker }
}

const endsOf = async (
  base: Base,
  { topic, leaders }: { topic: string; leaders: Leader[] },
): Promise<QueueEnds> => {
  const ofNode = Map.groupBy(leaders, ({ nodeId }) => nodeId)
  const answers = await Promise.all(
    [...ofNode.values()].map((led) =>
      askBroker<ListRequest, listOffsetsV9.ListOffsetsResponse>(
        base,
        { broker: led[0]!.broker, api: 'ListOffsets' },
        -1,
        FetchIsolationLevels.READ_COMMITTED,
        [{ name: topic, partitions: led.map(questionOf) }],
      ),
    ),
  )
  const found = answers.flatMap(({ topics }) => topics.flatMap((one) => one.partitions))
  return Object.fromEntries(
    found.map(({ partitionIndex, offset }) => [partitionIndex, `${offset}`]),
  )
}

type ListRequest = listOffsetsV9.ListOffsetsRequest

const questionOf = ({ partition, leaderEpoch }: Leader) => ({
  partitionIndex: partition,
  currentLeaderEpoch: leaderEpoch,
  timestamp: ListOffsetTimestamps.LATEST,
})
