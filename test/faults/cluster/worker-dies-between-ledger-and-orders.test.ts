// kill -9 of an order worker when the home ledger has decided a batch, and its orders are not written:
// another worker is given the same batch, and each order is written once, with one word of it.

import { test } from 'node:test'
import { needsCluster } from '../../support/needs-cluster.ts'
import { workerDies } from '../../support/worker-death.ts'

test('a worker that dies between ledger and orders', needsCluster(), (context) =>
  workerDies(context, { death: { at: 'ledger.decide', when: 'after' }, orders: 0 }),
)
