// Every process of a cluster is told to stop and started again, one after the other, in the middle of a
// sale: as for a new version. Each drains in time, whoever is answered meanwhile gets what is so, nobody's
// order is lost, and the sale goes on.
//
// SEED=7 node --test test/faults/cluster/cluster-restarted-one-by-one.test.ts

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Answer } from '../../../audit/answers.ts'
import { clusterClient } from '../../support/cluster-client.ts'
import { type Cluster, startCluster } from '../../support/cluster.ts'
import { eventually } from '../../support/engine.ts'
import { type Herd, startHerd } from '../../support/herd.ts'
import { lawHolds, readAudit, seeded, sellOut } from '../../support/law-holds.ts'
import { needsCluster } from '../../support/needs-cluster.ts'
import { operator } from '../../support/operator.ts'

const STOCK = 500
const BUYERS = 1000
const CANCEL_SHARE = 0.5
const DRAINS_WITHIN_MS = 10_000
const BUSY_SHARE_MAX = 0.1 // of what a gateway answers while it is there, on a machine that is busy
const OFTEN = { limits: { buyerPerSecond: 1000 } }

// Of a gateway: from the signal until it is ready again.
interface Away {
  fromMs: number
  toMs: number
}

test('a cluster that is restarted one by one goes on selling', needsCluster(), async (context) => {
  const chance = seeded(context)
  await using cluster = await startCluster()
  const shop = operator(cluster)
  const saleId = await clusterClient(cluster).sale({ stock: STOCK, ...OFTEN })
  await eventually(
    () => readAudit({ server: cluster, saleId }),
    ({ engine }) => engine === 'open',
  )
  const tokens = await shop.tokens(saleId, BUYERS)
  await using opened = new AsyncDisposableStack()
  const of = { saleId, tokens, clients: 4, cancelShare: CANCEL_SHARE, chance }
  const herds = ['gateway-1', 'gateway-2'].map((name) =>
    opened.use(startHerd({ ...of, url: cluster.process(name).url })),
  )
  const away = new Map<string, Away>()
  for (const role of ['worker', 'keeper', 'gateway'])
    for (const name of [`${role}-1`, `${role}-2`]) {
      const before = answered(herds).length
      away.set(name, await restart(cluster, name))
      await eventually(
        async () => answered(herds).length,
        (count) => count > before,
      )
    }
  for (const herd of herds) await herd.stop()

  for (const [at, { answers }] of herds.entries()) {
    const { fromMs, toMs } = away.get(`gateway-${at + 1}`)!
    const there = answers.filter((one) => one.at < fromMs || one.sentAt > toMs)
    const count = (outcome: string) => there.filter((one) => one.outcome === outcome).length
    assert.deepEqual([count('no-answer'), count('rebuilding')], [0, 0])
    assert(count('busy') <= there.length * BUSY_SHARE_MAX, `${count('busy')} of ${there.length}`)
    const asked = answers.filter((one) => one.sentAt < fromMs && one.at >= fromMs)
    assert(!asked.some(({ outcome }) => outcome === 'no-answer'), 'who had asked is answered')
  }
  const database = cluster.servers.settings.SECKILL_STORE_URL!
  const at = { server: cluster, database, saleId, tokens, chance }
  const answers = [...herds.flatMap((herd) => herd.answers), ...(await sellOut(at))]
  const books = await lawHolds(context, { ...at, answers })
  assert.deepEqual([books.live, books.epoch], [STOCK, 1], 'without a rebuild')
})

// Those that tell of an order, also of one that is there already: the sale may be sold out by now.
const answered = (herds: Herd[]): Answer[] =>
  herds.flatMap(({ answers }) => answers.filter(({ orderId }) => orderId !== undefined))

const restart = async (cluster: Cluster, name: string): Promise<Away> => {
  const { exited, kill } = cluster.process(name)
  const fromMs = Date.now()
  const askedMs = performance.now()
  kill('SIGTERM')
  assert.deepEqual(await exited, { code: 0, signal: null }, name)
  assert(performance.now() - askedMs < DRAINS_WITHIN_MS, name)
  await cluster.start(name)
  return { fromMs, toMs: Date.now() }
}
