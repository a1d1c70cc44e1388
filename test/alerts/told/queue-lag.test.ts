// Somebody has locked the ledger, for a change of its table perhaps: buyers are told yes, the worker cannot
// record their orders, and an email says so. The rules are as they are shipped, their durations divided by
// ten, and with 50 orders instead of 100,000: so many a test cannot make.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createConnection } from 'mysql2/promise'
import { startCluster } from '../../support/cluster.ts'
import { clientOf, eventually } from '../../support/engine.ts'
import { needsCluster } from '../../support/needs-cluster.ts'
import { needsPrometheus } from '../../support/needs-prometheus.ts'
import { startWatched } from './watched.ts'

const BUYERS = Array.from({ length: 80 }, (_, at) => String(at + 1))

const { skip } = [needsPrometheus(), needsCluster()].find((one) => one.skip) ?? { skip: false }

test('when orders wait on the queue, an email says so', { skip }, async (context) => {
  await using cluster = await startCluster({
    gateways: 1,
    workers: 1,
    keepers: 1,
    settings: { SECKILL_OPERATIONS_PORT: '0' },
  })
  const shop = clientOf(cluster.url)
  const saleId = await shop.sale({ stock: BUYERS.length })
  const tokens = await shop.tokens(saleId, BUYERS)
  const audit = async () => (await shop.look(`/api/admin/sales/${saleId}/audit`)).body
  await eventually(audit, ({ engine }) => engine === 'open')

  const processes = cluster.names().map((name) => {
    return { role: name.replace(/-\d$/, ''), server: cluster.process(name) }
  })
  const rules: Record<string, [string, string][]> = {
    'orders.yml': [['seckill_queue_lag_messages) > 100000', 'seckill_queue_lag_messages) > 50']],
  }
  await using watched = await startWatched({ context, processes, scale: 10, rules })

  const home = cluster.servers.settings.SECKILL_STORE_URL!.split(',')[0]!
  const somebody = await createConnection(home)
  await watched.told('SeckillQueueLag', {
    ways: ['email'],
    async cause() {
      await somebody.query('lock tables stock_ledger write')
      const bought = await Promise.all(tokens.map((token) => shop.attempt(saleId, token)))
      assert(bought.every(({ body }) => body.outcome === 'accepted'))
    },
  })
  await watched.resolved('SeckillQueueLag', {
    ways: ['email'],
    cure: () => somebody.end(),
  })
  await eventually(audit, ({ pending }) => pending === BUYERS.length)
})
