// The databases can only be read for a while, as after a failover that is not finished. Nobody is
// promised anything by a server that others may have replaced; what the queue has taken is recorded when
// the databases can be written again.
//
// READ_ONLY_MS=20000 SEED=7 node --test test/faults/cluster/mysql-read-only.test.ts

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { askUntil } from '../../support/ask-redis.ts'
import type { Json } from '../../support/engine.ts'
import { startClusterSale } from '../../support/cluster-sale.ts'
import { readAudit } from '../../support/law-holds.ts'
import { needsOwnCluster } from '../../support/needs-cluster.ts'
import { onServer } from '../../support/own-databases.ts'

const READ_ONLY_MS = Number(process.env.READ_ONLY_MS ?? 0)
const DRAINED = { withinMs: 20_000, wanted: 'all that was promised is recorded' }

test('databases that can only be read', needsOwnCluster(), async (context) => {
  await using sale = await startClusterSale(context, { own: 'databases' })
  const { saleId, cluster } = sale
  const books = () => readAudit({ server: cluster, saleId })
  const allow = (readOnly: 0 | 1) =>
    Promise.all(
      cluster.servers.mariadbs.map(({ url }) =>
        onServer(url, [`set global read_only = ${readOnly}`]),
      ),
    )
  await sale.sells(100)
  await allow(1)
  const { live } = await books()
  const isHeld = ({ inTransit }: Json) => inTransit >= 30
  await askUntil(books, isHeld, { withinMs: 20_000, wanted: 'thirty orders wait' })
  await sleep(READ_ONLY_MS)
  await sale.stop()
  const waiting = await books()
  assert.equal(waiting.live, live, 'nothing is recorded')

  await allow(0)
  const startMs = performance.now()
  const drained = await askUntil(
    books,
    ({ live: recorded, held, inTransit }) => recorded === held && inTransit === 0,
    DRAINED,
  )
  assert(drained.live > live)
  const tookMs = Math.round(performance.now() - startMs)
  context.diagnostic(`${waiting.inTransit} orders waited, recorded within ${tookMs} ms`)
  await sale.ends({ brokenMs: READ_ONLY_MS })
})
