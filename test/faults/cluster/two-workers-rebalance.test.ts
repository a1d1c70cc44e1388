// In the middle of a herd a worker comes, and the one that was there is killed; then Redis forgets the
// sale, so that a rebuild has to wait until the dead one's partitions are somebody else's. Partitions
// change hands with messages on the way, and each order is there once.
//
// SEED=7 node --test test/faults/cluster/two-workers-rebalance.test.ts

import { test } from 'node:test'
import { startClusterSale } from '../../support/cluster-sale.ts'
import { needsCluster } from '../../support/needs-cluster.ts'
import type { RedisServer } from '../../support/redis-server.ts'

test('workers that come and are killed', needsCluster(), async (context) => {
  await using sale = await startClusterSale(context, {})
  const { cluster } = sale
  await sale.sells(50)
  await cluster.start('worker-2')
  await sale.sells(50)
  cluster.kill('worker-1')
  await (cluster.servers.redis as RedisServer).restart({ emptied: true })
  await sale.rebuilt()
  await cluster.start('worker-1')
  await sale.sells(50)
  await sale.ends()
})
