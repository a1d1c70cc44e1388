// In the middle of an upgrade: a newer gateway writes messages that the old worker does not know. It
// leaves the partitions they are on where they are, says so, and goes on with the others, until a newer
// worker takes over. Nothing is rejected, and nothing is lost.

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { type Cluster, startCluster } from '../../support/cluster.ts'
import { type Client, clientOf, eventually, OPERATOR } from '../../support/engine.ts'
import { attempt, lawHolds } from '../../support/law-holds.ts'
import { needsCluster } from '../../support/needs-cluster.ts'

const PARTITIONS = 8
const STOCK = 100

// Writes version 2, and reads what came before it as well.
const NEWER = {
  NODE_OPTIONS: `--import=${join(import.meta.dirname, '../../support/another-version.ts')}`,
  ANOTHER_VERSION: JSON.stringify([
    ['domain/messages.ts', 'MESSAGE_VERSION = 1', 'MESSAGE_VERSION = 2'],
    ['domain/messages.ts', 'version !== MESSAGE_VERSION', 'version > MESSAGE_VERSION'],
  ]),
}

const isNewer = (name: string) => name.endsWith('-2')

test('partitions with newer messages wait for a newer worker', needsCluster(), async (context) => {
  await using cluster = await startCluster({
    workers: 1,
    keepers: 1,
    settings: { SECKILL_QUEUE_PARTITIONS: String(PARTITIONS) },
    settingsOf: (name) => (isNewer(name) ? NEWER : {}),
  })
  const shop = shopOf(cluster)
  const saleId = await shop.client.sale({ stock: STOCK })
  const buy = (of: Batch) => shop.buy(saleId, of)

  const before = await buy({ by: 'gateway-1', partitions: [0, 1, 2, 3, 4, 5, 6, 7], round: 0 })
  await shop.become(before, 'pending')
  const newer = await buy({ by: 'gateway-2', partitions: [1, 6], round: 1 })
  const others = await buy({ by: 'gateway-1', partitions: [0, 2, 3, 4, 5, 7], round: 2 })
  const behind = await buy({ by: 'gateway-1', partitions: [1, 6], round: 3 })
  await shop.become(others, 'pending')
  const told = await eventually(
    async () => waitsIn(cluster.process('worker-1').output()),
    (partitions) => partitions.length >= 2,
  )
  assert.deepEqual(told, ['1', '6'])
  const ready = await fetch(`${cluster.process('worker-1').url}/readyz`)
  assert.equal(ready.status, 503)
  assert.match(await ready.text(), /"missing":\["order-worker/)
  await eventually(
    () => shop.stopped('worker-1'),
    (count) => count === 2,
  )
  assert.equal((await fetch(`${cluster.url}/readyz`)).status, 200, 'the gateways sell')
  await shop.become([...newer, ...behind], 'in-transit')

  await cluster.start('worker-2')
  const { exited, kill } = cluster.process('worker-1')
  kill('SIGTERM')
  assert.deepEqual(await exited, { code: 0, signal: null })
  await shop.become([...newer, ...behind], 'pending')
  const after = [
    ...(await buy({ by: 'gateway-1', partitions: [0, 1, 5, 6], round: 4 })),
    ...(await buy({ by: 'gateway-2', partitions: [0, 1, 5, 6], round: 5 })),
  ]
  await shop.become(after, 'pending')
  assert.equal(await shop.stopped('worker-2'), 0)
  assert.deepEqual((await shop.client.look('/api/admin/dead-letters')).body.deadLetters, [])
  const all = [before, newer, others, behind, after].flat()
  const database = cluster.servers.settings.SECKILL_STORE_URL!
  const at = { server: cluster, database, saleId }
  const books = await lawHolds(context, { ...at, answers: all.map(({ answer }) => answer) })
  assert.deepEqual([books.live, books.rejected], [all.length, 0])
})

interface Batch {
  by: string
  partitions: number[]
  round: number // each has buyers of its own
}

const waitsIn = (output: string): string[] =>
  output
    .split('\n')
    .filter((line) => line.includes('a partition waits at a message of a version'))
    .map((line) => JSON.parse(line).partition as string)
    .toSorted()

const shopOf = (cluster: Cluster) => {
  const client: Client = clientOf(cluster.url)
  const buyOne = async (url: string, of: { saleId: string; buyerId: string }) => {
    const [token] = await client.tokens(of.saleId, [of.buyerId])
    const answer = await eventually(
      () => attempt(url, { ...of, token: token! }),
      ({ outcome }) => outcome === 'accepted' || outcome === 'already-reserved',
    )
    return { answer, token: token! }
  }
  type Bought = Awaited<ReturnType<typeof buyOne>>
  const statusOf = async ({ answer, token }: Bought): Promise<string> =>
    (await client.request('GET', `/api/orders/${answer.orderId}`, { credential: token })).body
      .status
  return {
    client,
    // A buyer's shard is the end of its number, and so is its partition.
    buy: (saleId: string, { by, partitions, round }: Batch): Promise<Bought[]> => {
      const { url } = cluster.process(by)
      const buyers = partitions.map((one) => String(PARTITIONS * (round + 1) + one))
      return Promise.all(buyers.map((buyerId) => buyOne(url, { saleId, buyerId })))
    },
    async become(orders: Bought[], status: string) {
      for (const one of orders)
        await eventually(
          () => statusOf(one),
          (seen) => seen === status,
        )
    },
    // Partitions, as its metrics have it.
    async stopped(name: string): Promise<number> {
      const { url } = cluster.process(name)
      const headers = { authorization: `Bearer ${OPERATOR}` }
      const text = await (await fetch(`${url}/metrics`, { headers })).text()
      return Number(/^seckill_queue_partitions_stopped (\d+)$/m.exec(text)?.[1])
    },
  }
}
