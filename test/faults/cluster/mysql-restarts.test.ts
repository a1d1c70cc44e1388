// The server of the home database is killed in the middle of a herd, and is back a little later. Nobody
// is told yes meanwhile, and everybody is answered in time; what was on the queue is recorded afterwards,
// and the sale goes on by itself.
//
// DOWN_MS=10000 SEED=7 node --test test/faults/cluster/mysql-restarts.test.ts

import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { startClusterSale } from '../../support/cluster-sale.ts'
import { needsOwnCluster } from '../../support/needs-cluster.ts'

const DOWN_MS = Number(process.env.DOWN_MS ?? 0)

test('a home database that is killed and restarted', needsOwnCluster(), async (context) => {
  await using sale = await startClusterSale(context, { own: 'databases', databases: 1 })
  const [home] = sale.cluster.servers.mariadbs
  await sale.sells(100)
  home!.signal('SIGKILL')
  await sale.reaches('busy', 10)
  await sleep(DOWN_MS)
  await home!.restart()
  await sale.sells(100)
  await sale.ends({ brokenMs: DOWN_MS })
})
