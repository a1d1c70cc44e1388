// The servers behind a cluster, all real and on one core: a Redis, a Kafka of one broker, a MariaDB.

import { startKafka } from '../../test/support/kafka-server.ts'
import { type Cores, pin } from './start-pinned.ts'
import { startBenchMariadb } from './start-mariadb.ts'
import { startBenchRedis } from './start-redis.ts'

export interface ClusterServers extends AsyncDisposable {
  settings: Record<'SECKILL_STOCK_URL' | 'SECKILL_QUEUE_URL' | 'SECKILL_STORE_URL', string>
  processIds: Record<'redis' | 'kafka' | 'mariadb', number>
}

export const startClusterServers = async (core: Cores['server']): Promise<ClusterServers> => {
  await using opened = new AsyncDisposableStack() // what fails below leaves nothing open
  const redis = opened.use(await startBenchRedis(core))
  const kafka = opened.use(await startKafka())
  if (core !== undefined) pin(kafka.processId, core)
  const mariadb = opened.use(await startBenchMariadb(core))
  const open = opened.move()
  return {
    settings: {
      SECKILL_STOCK_URL: redis.url,
      SECKILL_QUEUE_URL: kafka.url,
      SECKILL_STORE_URL: mariadb.url,
    },
    processIds: {
      redis: redis.processIds[0]!,
      kafka: kafka.processId,
      mariadb: mariadb.processId,
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}
