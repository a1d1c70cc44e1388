// The topic as it must be before anything is sold: there, with the partitions that every process counts
// on, and so kept that no single broker takes an acknowledged message with it. One that is not there is
// made; one that is otherwise is left alone, and whoever started the program is told what to do.

import {
  Admin,
  type ClusterMetadata,
  ConfigResourceTypes,
  ListOffsetTimestamps,
} from '@platformatic/kafka'
import { isKafkaError, unusable } from './fault.ts'
import { clientOptions } from './place.ts'
import type { TopicPlace } from './publishing.ts'
import { type RenewedClient, renewedClient } from './renewed-client.ts'

export interface Topic {
  inSyncMin: number // copies that have what was acknowledged
  copies: number
}

const COPIES = 3
const TRIES_MAX = 300 // half a minute at least: a hundred partitions take a busy cluster some seconds
const TRY_AGAIN_MS = 100

// Rejects with QUEUE_UNREACHABLE, or with QUEUE_UNUSABLE and what to do.
export const openTopic = async (place: TopicPlace): Promise<Topic> => {
  await using admin = renewedClient(place, (turn) => new Admin(clientOptions(place, turn)))
  for (let tries = 1; ; tries += 1) {
    const { cluster, topic } = await findTopic(place, admin)
    // What was made is known to every broker a little later, and served a little later still.
    if (topic && (tries === 1 || (await isServed(place, admin)))) return topic
    if (tries === 1)
      await admin.use(place.timeoutMs * 5, (client) => create(client, place, cluster))
    if (tries === TRIES_MAX) throw unusable(`Kafka does not make the topic ${place.topic}`)
    await new Promise((resolve) => setTimeout(resolve, TRY_AGAIN_MS))
  }
}

const isServed = async (
  { topic, partitions, timeoutMs }: TopicPlace,
  admin: RenewedClient<Admin>,
) => {
  const { LATEST: timestamp } = ListOffsetTimestamps
  const all = Array.from({ length: partitions }, (_, at) => ({ partitionIndex: at, timestamp }))
  const asked = { topics: [{ name: topic, partitions: all }] }
  return admin
    .use(timeoutMs, (client) => client.listOffsets(asked))
    .then(
      () => true,
      () => false,
    )
}

// Undefined: it is not there yet. Rejects as above; it changes nothing.
export const findTopic = async (
  place: TopicPlace,
  admin: RenewedClient<Admin>,
): Promise<{ cluster: ClusterMetadata; topic: Topic | undefined }> => {
  const cluster = await admin.use(place.timeoutMs, (client) => readTopic(client, place.topic))
  if (!cluster.topics.has(place.topic)) return { cluster, topic: undefined }
  checkPartitions(place, cluster)
  const settings = await admin.use(place.timeoutMs, (client) => readSettings(client, place))
  return { cluster, topic: checkCopies(place, { cluster, settings }) }
}

const readTopic = async (client: Admin, topic: string): Promise<ClusterMetadata> => {
  try {
    return await client.metadata({ topics: [topic], forceUpdate: true })
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith('Unknown topic'))) throw error
    return client.metadata({ topics: [], forceUpdate: true })
  }
}

// For so long workers may stand still before a promise is thrown away.
const KEPT_MS = 30 * 24 * 3_600_000

// Another process may do the same at the same time.
const create = async (
  client: Admin,
  { topic, partitions }: TopicPlace,
  cluster: ClusterMetadata,
) => {
  const replicas = Math.min(COPIES, cluster.brokers.size)
  const settings = {
    [IN_SYNC]: String(Math.min(2, replicas)),
    [UNCLEAN]: 'false',
    'retention.ms': String(KEPT_MS),
  }
  const configs = Object.entries(settings).map(([name, value]) => ({ name, value }))
  try {
    await client.createTopics({ topics: [topic], partitions, replicas, configs })
  } catch (error) {
    if (!isKafkaError(error, 'TOPIC_ALREADY_EXISTS')) throw error
  }
}

const IN_SYNC = 'min.insync.replicas'
const UNCLEAN = 'unclean.leader.election.enable'

const readSettings = async (client: Admin, { topic }: TopicPlace): Promise<Map<string, string>> => {
  const [found] = await client.describeConfigs({
    resources: [
      {
        resourceType: ConfigResourceTypes.TOPIC,
        resourceName: topic,
        configurationKeys: [IN_SYNC, UNCLEAN],
      },
    ],
  })
  return new Map(found!.configs.map(({ name, value }) => [name, value ?? '']))
}

// Which partition a message is on must not depend on who asks.
export const checkPartitions = (
  { topic, partitions }: TopicPlace,
  { topics }: Pick<ClusterMetadata, 'topics'>,
) => {
  const { partitionsCount: found } = topics.get(topic)!
  if (found === partitions) return
  const set = `set SECKILL_QUEUE_PARTITIONS=${found} for every process`
  const add = `add some (kafka-topics.sh --alter --topic ${topic} --partitions ${partitions})`
  const fix = found < partitions ? `${add}, or ${set}` : set
  throw unusable(`the topic ${topic} has ${found} partitions, not ${partitions}: ${fix}`)
}

const checkCopies = (
  { topic }: TopicPlace,
  { cluster, settings }: { cluster: ClusterMetadata; settings: Map<string, string> },
): Topic => {
  const inSyncMin = Number(settings.get(IN_SYNC))
  const copies = Math.min(
    ...cluster.topics.get(topic)!.partitions.map(({ replicas }) => replicas.length),
  )
  const isAlone = cluster.brokers.size === 1
  if (settings.get(UNCLEAN) !== 'false')
    throw unusable(`the topic ${topic} may lose what was acknowledged: set ${UNCLEAN}=false`)
  if (!isAlone && (copies < 2 || inSyncMin < 2))
    throw unusable(
      `the topic ${topic} has ${copies} copies and ${IN_SYNC}=${inSyncMin}: ` +
        'both must be 2 or more, so that no broker takes an acknowledged order with it',
    )
  return { inSyncMin: Math.min(inSyncMin, copies), copies }
}
