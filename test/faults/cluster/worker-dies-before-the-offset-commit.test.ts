// kill -9 of an order worker that has written the orders of a batch and not told the queue: another
// worker is given the same batch, and recognises what was done.

import { test } from 'node:test'
import { needsCluster } from '../../support/needs-cluster.ts'
import { workerDies } from '../../support/worker-death.ts'

test('a worker that dies before the offset commit', needsCluster(), (context) =>
  workerDies(context, { death: { at: 'orders.insert', when: 'after' }, orders: 1 }),
)
