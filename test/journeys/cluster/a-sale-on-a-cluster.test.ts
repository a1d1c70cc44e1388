// A sale from beginning to end, on a cluster of two processes of each role: every request goes to another
// gateway than the one before.

import { after } from 'node:test'
import { clusterClient } from '../../support/cluster-client.ts'
import { type Cluster, startCluster } from '../../support/cluster.ts'
import { needsCluster } from '../../support/needs-cluster.ts'
import { saleJourneys } from '../sale-journeys.ts'

let starting: Promise<Cluster> | undefined

const start = async () => {
  starting ??= startCluster({ settings: { SECKILL_BUYER_WINDOW: 'redis' } })
  const client = clusterClient(await starting)
  return { ...client, [Symbol.asyncDispose]: () => Promise.resolve() } // all of them share it
}

after(async () => (await starting)?.[Symbol.asyncDispose]())

saleJourneys('a sale on a cluster', start, needsCluster())
