// One broker of three is killed in the middle of a herd, and started again. The others have what was
// acknowledged; whoever was not answered is told `busy` with his order, and everybody is answered in time.
//
// SEED=7 node --test test/faults/cluster/broker-of-three-killed.test.ts

import { test } from 'node:test'
import { startClusterSale } from '../../support/cluster-sale.ts'
import type { KafkaCluster } from '../../support/kafka-cluster.ts'
import { needsOwnCluster } from '../../support/needs-cluster.ts'

test('a broker of three that is killed and restarted', needsOwnCluster(), async (context) => {
  await using sale = await startClusterSale(context, { brokers: 3 })
  const { brokers } = sale.cluster.servers.kafka as KafkaCluster
  await sale.sells(100)
  brokers[1]!.signal('SIGKILL')
  await sale.sells(100)
  await brokers[1]!.restart()
  await sale.sells(100)
  await sale.ends()
})
