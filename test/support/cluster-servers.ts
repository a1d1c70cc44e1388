// The servers behind a cluster: a Redis, a Kafka, and some databases in MariaDB. Those that all tests
// share are used where there are any, with a topic and databases of the cluster's own; whoever breaks a
// server asks for its own. A Redis is never shared: it serves one installation.

import { randomUUID } from 'node:crypto'
import { Admin } from '@platformatic/kafka'
import { type KafkaCluster, startKafkaCluster } from './kafka-cluster.ts'
import { type KafkaServer, startKafka } from './kafka-server.ts'
import { type MariadbOptions, type MariadbServer, startMariadb } from './mariadb-server.ts'
import { onServer, ownDatabases } from './own-databases.ts'
import { type RedisCluster, startRedisCluster } from './redis-cluster.ts'
import { type RedisServer, startRedis } from './redis-server.ts'

export interface ServersOptions {
  own?: boolean | 'kafka' | 'databases' // none is shared, or not this one
  redis?: 'one' | 'cluster' // one primary unless said
  brokers?: 1 | 3 // 3: its own
  databases?: number // two unless said; its own: each on a server
  mariadb?: MariadbOptions // of its own servers
}

export interface ClusterServers extends AsyncDisposable {
  settings: Record<string, string> // that name them
  redis: RedisServer | RedisCluster
  kafka: KafkaServer | KafkaCluster | undefined // undefined: a shared one
  mariadbs: MariadbServer[] // none: a shared one
  // Kafka forgets the workers at once that it would forget when their sessions are over; those that live
  // come back by themselves.
  endSessions(): Promise<void>
}

export const startClusterServers = async (
  options: ServersOptions = {},
): Promise<ClusterServers> => {
  await using opened = new AsyncDisposableStack() // what fails below leaves nothing open
  // One kind after the other: all at once, on two cores, none of them would answer in time.
  const redis = opened.use(await (options.redis === 'cluster' ? startRedisCluster() : startRedis()))
  const store = await startStore(options, opened)
  const kafka = await startQueue(options, opened)
  const open = opened.move()
  return {
    settings: {
      SECKILL_STOCK_URL: redis.url,
      SECKILL_QUEUE_URL: kafka.url,
      SECKILL_QUEUE_TOPIC: kafka.topic,
      SECKILL_STORE_URL: store.urls.join(),
    },
    redis,
    kafka: kafka.server,
    mariadbs: store.servers,
    endSessions: () => withAdmin(kafka.url, (admin) => removeWorkers(admin, kafka.topic)),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

const startQueue = async ({ own, brokers = 1 }: ServersOptions, opened: AsyncDisposableStack) => {
  const topic = `orders-${randomUUID()}`
  const shared = process.env.SECKILL_TEST_KAFKA_URL
  const isOwn = own === true || own === 'kafka' || brokers === 3
  if (!shared || isOwn) {
    const server = opened.use(await (brokers === 3 ? startKafkaCluster() : startKafka()))
    return { url: server.url, topic, server }
  }
  opened.defer(() => deleteTopic(shared, topic))
  return { url: shared, topic, server: undefined }
}

const deleteTopic = (url: string, topic: string) =>
  withAdmin(url, async (admin) => {
    await admin.deleteTopics({ topics: [topic] }).catch(() => undefined) // it was not made
  })

const removeWorkers = (admin: Admin, topic: string) =>
  admin.removeMembersFromConsumerGroup({ groupId: `${topic}.workers` })

const withAdmin = async (url: string, work: (admin: Admin) => Promise<void>) => {
  const bootstrapBrokers = url.replace('kafka://', '').split(',')
  const admin = new Admin({ clientId: 'test', bootstrapBrokers })
  try {
    await work(admin)
  } finally {
    await admin.close()
  }
}

const startStore = async (options: ServersOptions, opened: AsyncDisposableStack) => {
  const { own, databases = 2, mariadb } = options
  const isOwn = own === true || own === 'databases'
  const shared = process.env.SECKILL_TEST_MYSQL_URL
  if (shared && !isOwn) {
    const { urls } = opened.use(await ownDatabases(shared, databases))
    return { urls, servers: [] }
  }
  const servers: MariadbServer[] = []
  const urls: string[] = []
  const each = isOwn ? 1 : databases // on each server
  while (urls.length < databases) {
    const server = opened.use(await startMariadb(mariadb))
    servers.push(server)
    urls.push(...(await shopDatabases(server.url, each)))
  }
  return { urls, servers }
}

// Of a user who may do what a shop's may, and no more: root writes also where it can only be read.
const shopDatabases = async (serverUrl: string, count: number): Promise<string[]> => {
  const { urls } = await ownDatabases(serverUrl, count)
  const grants = urls.map(
    (url) => `grant all on ${new URL(url).pathname.slice(1)}.* to ${SHOP}@'%'`,
  )
  await onServer(serverUrl, [`create user ${SHOP}@'%'`, ...grants])
  return urls.map((url) => url.replace('root@', `${SHOP}@`))
}

const SHOP = 'shop'
