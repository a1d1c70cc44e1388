// Kafka is silent for a while. Nobody is told yes meanwhile: whoever has units held is told `busy` with
// his order in time, and when he asks again afterwards, he has it. Nothing is lost, nothing is there twice.
//
// SILENT_MS=30000 SEED=7 node --test test/faults/cluster/kafka-out-of-reach.test.ts

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startClusterSale } from '../../support/cluster-sale.ts'
import type { KafkaServer } from '../../support/kafka-server.ts'
import { needsOwnCluster } from '../../support/needs-cluster.ts'

const SILENT_MS = Number(process.env.SILENT_MS ?? 5000)

test('a Kafka that is silent', needsOwnCluster(), async (context) => {
  await using sale = await startClusterSale(context, { own: 'kafka' })
  const kafka = sale.cluster.servers.kafka as KafkaServer
  await sale.sells(100)
  kafka.signal('SIGSTOP')
  const silentAt = Date.now()
  await sleep(SILENT_MS)
  kafka.signal('SIGCONT')
  const healedAt = Date.now()
  await sale.sells(100)
  await sale.ends({ brokenMs: SILENT_MS })
  const meanwhile = sale.answers.filter(
    ({ kind, sentAt, at }) => kind === 'attempt' && sentAt > silentAt && at < healedAt,
  )
  assert(meanwhile.every(({ outcome }) => outcome !== 'accepted'))
  const withOrder = meanwhile.filter(({ outcome, orderId }) => outcome === 'busy' && orderId)
  assert(withOrder.length > 0)
  context.diagnostic(`${withOrder.length} were told busy with their order`)
})
