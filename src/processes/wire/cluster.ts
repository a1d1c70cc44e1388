// Orders on Kafka, everything else in MySQL, shared by any number of processes.

import assert from 'node:assert/strict'
import type { Config } from '../../config.ts'
import { queuePlace } from '../../config/technologies.ts'
import { inspectKafka } from '../../adapters/kafka/inspect.ts'
import { type KafkaDeps, kafkaOrderQueue } from '../../adapters/kafka/order-queue.ts'
import { mysqlAuditLog } from '../../adapters/mysql/audit-log.ts'
import { mysqlBlocklist } from '../../adapters/mysql/blocklist.ts'
import { mysqlBuyerRecords } from '../../adapters/mysql/buyer-records.ts'
import { mysqlBuyers } from '../../adapters/mysql/buyers.ts'
import { mysqlCatalog } from '../../adapters/mysql/catalog.ts'
import { mysqlChanges } from '../../adapters/mysql/changes.ts'
import { mysqlDeadLetters } from '../../adapters/mysql/dead-letters.ts'
import { mysqlEntries } from '../../adapters/mysql/entries.ts'
import { mysqlIdempotency } from '../../adapters/mysql/idempotency.ts'
import { inspectMysql } from '../../adapters/mysql/inspect.ts'
import { mysqlLeases } from '../../adapters/mysql/leases.ts'
import { mysqlLedger } from '../../adapters/mysql/ledger.ts'
import { type Mysql, openMysql, type StoreDeps } from '../../adapters/mysql/mysql.ts'
import { mysqlOrderChanges } from '../../adapters/mysql/order-changes.ts'
import { mysqlOrderStore } from '../../adapters/mysql/order-store.ts'
import { mysqlPayments } from '../../adapters/mysql/payments.ts'
import { mysqlRetention } from '../../adapters/mysql/retention.ts'
import { mysqlSessions } from '../../adapters/mysql/sessions.ts'
import { mysqlSpentChallenges } from '../../adapters/mysql/spent-challenges.ts'
import { mysqlWebhooks } from '../../adapters/mysql/webhooks.ts'
import { storeClock } from '../../adapters/system/clock.ts'

export const openCluster = async (config: Config, opened: AsyncDisposableStack) => {
  const mysql = opened.use(await openMysql(mysqlOptions(config)))
  const clock = opened.use(await storeClock({ readStoreMs: mysql.readMs }))
  const behind = inMysql({ mysql, clock })
  const queue = opened.use(await openQueue(config, { clock, bury: behind.deadLetters.bury }))
  return {
    home: mysql.id,
    ports: { ...behind, clock, queue },
    embeddedStock: undefined,
    // Not its lag: with many messages waiting, that takes a hundred times as long.
    connections: { queue: () => queue.drained({}), ...stores(mysql) },
    warnings: mysql.warnings,
  }
}

const inMysql = (deps: StoreDeps) => ({
  auditLog: mysqlAuditLog(deps),
  blocklist: mysqlBlocklist(deps),
  buyerRecords: mysqlBuyerRecords(deps),
  buyers: mysqlBuyers(deps),
  catalog: mysqlCatalog(deps),
  changes: mysqlChanges(deps),
  deadLetters: mysqlDeadLetters(deps),
  idempotency: mysqlIdempotency(deps),
  entries: mysqlEntries(deps),
  leases: mysqlLeases(deps),
  ledger: mysqlLedger(deps),
  orderChanges: mysqlOrderChanges(deps),
  orders: mysqlOrderStore(deps),
  payments: mysqlPayments(deps),
  retention: mysqlRetention(deps),
  sessions: mysqlSessions(deps),
  spentChallenges: mysqlSpentChallenges(deps),
  webhooks: mysqlWebhooks(deps),
})

const openQueue = (config: Config, of: Pick<KafkaDeps, 'bury' | 'clock'>) =>
  kafkaOrderQueue({ ...topicPlace(config), places: config.SECKILL_STORE_URL.length, ...of })

// What the doctor looks at, without changing anything. Each rejects with what is wrong and what to do.
export const inspectQueue = (config: Config) => inspectKafka(topicPlace(config))
export const inspectStore = (config: Config) => inspectMysql(mysqlOptions(config))

const topicPlace = (config: Config) => {
  const place = queuePlace(config.SECKILL_QUEUE_URL)!
  assert(place.kind === 'kafka', 'a cluster has its queue in Kafka')
  const { brokers, tls, sasl } = place
  return {
    brokers,
    tls,
    sasl,
    timeoutMs: config.SECKILL_QUEUE_TIMEOUT_MS,
    topic: config.SECKILL_QUEUE_TOPIC,
    partitions: config.SECKILL_QUEUE_PARTITIONS,
  }
}

const mysqlOptions = (config: Config) => ({
  urls: config.SECKILL_STORE_URL,
  timeoutMs: config.SECKILL_STORE_TIMEOUT_MS,
  connections: config.SECKILL_STORE_CONNECTIONS,
})

const ALIVE = 'select 1'

// Each by itself: home is needed, and of the others one that is down takes no process from the rest.
const stores = ({ databases }: Mysql) =>
  Object.fromEntries(
    databases.map(({ place, query }) => [
      place === 0 ? 'store' : `store ${place}`,
      () => query(ALIVE),
    ]),
  )
