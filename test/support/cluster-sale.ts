// A sale under a herd on a whole cluster, one of whose servers is broken in the middle. It ends as every
// fault test does.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { type Cluster, type ClusterOptions, startCluster } from './cluster.ts'
import { type HerdSale, startHerdSale } from './herd-sale.ts'

export interface ClusterSale extends HerdSale {
  cluster: Cluster
}

const ONE_EACH = { gateways: 1, workers: 1, keepers: 1 }

const STOCK = 500

// One process of each role unless said.
export const startClusterSale = async (
  context: TestContext,
  options: ClusterOptions,
): Promise<ClusterSale> => {
  await using opened = new AsyncDisposableStack() // what fails below leaves nothing open
  const cluster = opened.use(await startCluster({ ...ONE_EACH, ...options }))
  const database = cluster.servers.settings.SECKILL_STORE_URL
  const sale = opened.use(await startHerdSale({ context, server: cluster, database, stock: STOCK }))
  const open = opened.move()
  return {
    ...sale,
    cluster,
    async ends(of) {
      const books = await sale.ends(of)
      assert.equal(sale.count('no-answer'), 0)
      for (const name of cluster.names())
        assert.doesNotMatch(cluster.process(name).output(), BROKEN)
      return books
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

const BROKEN = /"msg":"(drift|a promise was broken)"/
