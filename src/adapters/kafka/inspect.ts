// What can be seen of the queue without changing anything: its topic, if it is there, and how many
// workers share it.

import { Admin } from '@platformatic/kafka'
import { isKafkaError } from './fault.ts'
import { workersGroup } from './order-queue.ts'
import { clientOptions } from './place.ts'
import type { TopicPlace } from './publishing.ts'
import { renewedClient } from './renewed-client.ts'
import { findTopic, type Topic } from './topic.ts'

export interface QueueReport {
  brokers: number
  topic: Topic | undefined // undefined: it is made at the first start
  workers: number // members of the group now
}

// Rejects with what is wrong and what to do.
export const inspectKafka = async (place: TopicPlace): Promise<QueueReport> => {
  await using admin = renewedClient(place, (turn) => new Admin(clientOptions(place, turn)))
  const { cluster, topic } = await findTopic(place, admin)
  const brokers = cluster.brokers.size
  if (topic === undefined) return { brokers, topic, workers: 0 }
  const workers = await admin.use(place.timeoutMs * 2, (client) =>
    countMembers(client, workersGroup(place)),
  )
  return { brokers, topic, workers }
}

// A Kafka that never had a group has nobody yet who looks after groups.
const countMembers = async (client: Admin, group: string): Promise<number> => {
  try {
    return (await client.describeGroups({ groups: [group] })).get(group)?.members.size ?? 0
  } catch (error) {
    if (isKafkaError(error, 'COORDINATOR_NOT_AVAILABLE')) return 0
    throw error
  }
}
