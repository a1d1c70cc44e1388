// Every process of a cluster is told to stop and started again, one after the other, in the middle of a
// sale: as for a new version. Each drains in time, nobody's order is lost, and the sale goes on.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { chance } from '../simulation/chance.ts'
import { clusterClient } from '../support/cluster-client.ts'
import { type Cluster, startCluster } from '../support/cluster.ts'
import { type Client, eventually, type Json } from '../support/engine.ts'
import { type Herd, startHerd } from '../support/herd.ts'
import { needsCluster } from '../support/needs-cluster.ts'

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31))
const STOCK = 2000
const BUYERS = 2000
const DRAINS_WITHIN_MS = 10_000

suite('a cluster that is restarted one by one', needsCluster(), () => {
  test('loses no order, and goes on selling', async (context) => {
    context.diagnostic(`SEED=${SEED}`)
    await using cluster = await startCluster()
    const client = clusterClient(cluster)
    const saleId = await client.sale({ stock: STOCK, limits: { buyerPerSecond: 1000 } })
    const tokens = await tokensOf(client, saleId)
    const herds = ['gateway-1', 'gateway-2'].map((name, at) =>
      startHerd({
        url: cluster.process(name).url,
        saleId,
        tokens,
        clients: 4,
        cancelShare: 0.1,
        chance: chance(SEED + at),
      }),
    )
    for (const role of ['worker', 'keeper', 'gateway'])
      for (const name of [`${role}-1`, `${role}-2`]) {
        const before = accepted(herds).size
        await restart(cluster, name)
        await eventually(
          async () => accepted(herds).size,
          (count) => count > before,
        )
      }
    for (const herd of herds) await herd.stop()

    const books = await atRest(client, saleId)
    assert.deepEqual([books.total, books.available + books.live], [STOCK, STOCK])
    assert.deepEqual([books.drift, books.oversold, books.duplicateBuyers], [0, 0, 0])
    const kept = await ordersOf(client, saleId)
    assert.deepEqual(
      [...accepted(herds)].filter((orderId) => !kept.has(orderId)),
      [],
    )
    context.diagnostic(`accepted ${accepted(herds).size}, live ${books.live}`)
  })
})

const restart = async (cluster: Cluster, name: string) => {
  const { exited, kill } = cluster.process(name)
  const askedMs = performance.now()
  kill('SIGTERM')
  assert.deepEqual(await exited, { code: 0, signal: null }, name)
  assert(performance.now() - askedMs < DRAINS_WITHIN_MS, name)
  await cluster.start(name)
}

const tokensOf = async (client: Client, saleId: string) => {
  const buyers = Array.from({ length: BUYERS }, (_, at) => String(at + 1))
  const tokens = await client.tokens(saleId, buyers)
  return new Map(buyers.map((buyer, at) => [buyer, tokens[at]!]))
}

const accepted = (herds: Herd[]): Set<string> => {
  const answers = herds.flatMap((herd) => herd.answers)
  return new Set(answers.filter(({ outcome }) => outcome === 'accepted').map((one) => one.orderId!))
}

const atRest = (client: Client, saleId: string): Promise<Json> =>
  eventually(
    async () => (await client.look(`/api/admin/sales/${saleId}/audit`)).body,
    (books) =>
      books.inTransit === 0 &&
      books.returning === 0 &&
      books.live === books.held &&
      books.live === books.pending,
  )

const ordersOf = async (client: Client, saleId: string): Promise<Set<string>> => {
  const found = new Set<string>()
  for (let cursor = ''; ;) {
    const page = await client.look(`/api/admin/orders?saleId=${saleId}${cursor}`)
    for (const { orderId } of page.body.orders) found.add(orderId)
    if (page.body.nextCursor === undefined) return found
    cursor = `&cursor=${page.body.nextCursor}`
  }
}
