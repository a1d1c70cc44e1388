// A cluster loses its databases in the middle of a sale, and there is a backup of each, none of the same
// instant as another. What was bought before is there; what was bought after is in Kafka, and is recorded
// again when the workers are sent back there; nothing is sold twice, and the sale goes on when an
// operator says so.

import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { suite, test } from 'node:test'
import { promisify } from 'node:util'
import { Admin } from '@platformatic/kafka'
import { seckill } from '../../support/cli.ts'
import { clusterClient } from '../../support/cluster-client.ts'
import { type Cluster, startCluster } from '../../support/cluster.ts'
import { eventually, type Json } from '../../support/engine.ts'
import { onPath } from '../../support/launch-server.ts'
import { needsCluster } from '../../support/needs-cluster.ts'
import { attemptPatiently } from '../../support/order.ts'
import { onServer } from '../../support/own-databases.ts'
import { PRODUCTION } from '../../support/server.ts'

const STOCK = 100
const PARTITIONS = 8 // few, so that the workers have them at once

suite('a cluster whose databases were restored', needsCluster(), () => {
  test('has every order that was promised, and sells the rest', async () => {
    const settings = { SECKILL_QUEUE_PARTITIONS: String(PARTITIONS) }
    await using cluster = await startCluster({ ...ONE_EACH, databases: 3, settings })
    const shop = shopOf(cluster)
    const saleId = await shop.client.sale({ stock: STOCK, limits: { buyerPerSecond: 1000 } })
    const [home, before, after] = cluster.servers.settings.SECKILL_STORE_URL!.split(',')

    // Each of them cancels some of what was bought before its backup.
    const promised = new Set(await shop.buy(saleId, { from: 1, to: 24 }))
    const older = await dump(before!)
    for (const orderId of await shop.cancel(promised, 6)) promised.delete(orderId)
    for (const orderId of await shop.buy(saleId, { from: 25, to: 36 })) promised.add(orderId)
    const middle = await dump(home!)
    for (const orderId of await shop.cancel(promised, 6)) promised.delete(orderId)
    for (const orderId of await shop.buy(saleId, { from: 37, to: 48 })) promised.add(orderId)
    const newer = await dump(after!)
    for (const orderId of await shop.buy(saleId, { from: 49, to: 54 })) promised.add(orderId)

    const refused = await restore(cluster)
    assert.equal(refused.code, 1)
    assert.match(refused.stderr, /^seckill: a process still uses these databases.*\n$/)

    cluster.kill('worker-1', 'SIGTERM') // or Kafka would wait for it
    for (const name of ['gateway-1', 'keeper-1']) cluster.kill(name)
    await Promise.all(cluster.names().map((name) => cluster.process(name).exited))
    await load(before!, older)
    await load(home!, middle)
    await load(after!, newer)
    await backToTheBeginning(cluster)
    const restored = await eventually(
      () => restore(cluster),
      ({ code }) => code === 0, // once the last lease has run out
    )
    const { paused, mended } = JSON.parse(restored.stdout) as Json
    assert.deepEqual(paused, [saleId])
    for (const kind of ['written', 'returned', 'recorded', 'givenUp'])
      assert(mended[kind] > 0, `${kind}: ${JSON.stringify(mended)}`)

    for (const name of ['keeper-1', 'worker-1', 'gateway-1']) await cluster.start(name)
    const rested = await shop.atRest(saleId)
    assert.deepEqual([rested.total, rested.available + rested.live], [STOCK, STOCK])
    assert.deepEqual([rested.oversold, rested.duplicateBuyers, rested.drift], [0, 0, 0])
    for (const orderId of promised) assert.equal(await shop.statusOf(orderId), 'pending')
    const [token] = await shop.client.tokens(saleId, ['99'])
    assert.equal((await attemptPatiently(shop.client, saleId, token!)).body.code, 'paused')

    await shop.client.operate(`/api/admin/sales/${saleId}/resume`, {})
    await eventually(
      () => shop.client.attempt(saleId, token!),
      ({ status }) => status < 300,
    )
    const sold = await shop.atRest(saleId)
    assert.deepEqual([sold.live, sold.oversold, sold.drift], [rested.live + 1, 0, 0])
  })
})

const ONE_EACH = { gateways: 1, workers: 1, keepers: 1 }

const shopOf = (cluster: Cluster) => {
  const client = clusterClient(cluster)
  const atRest = (saleId: string): Promise<Json> =>
    eventually(
      async () => (await client.look(`/api/admin/sales/${saleId}/audit`)).body,
      (books) =>
        books.engine === 'open' &&
        books.inTransit === 0 &&
        books.returning === 0 &&
        books.live === books.held &&
        books.pending === books.live,
    )
  return {
    client,
    atRest,
    // Until they are recorded.
    async buy(saleId: string, { from, to }: { from: number; to: number }): Promise<string[]> {
      const buyers = Array.from({ length: to - from + 1 }, (_, at) => String(from + at))
      const tokens = await client.tokens(saleId, buyers)
      const ask = (token: string) =>
        eventually(
          () => client.attempt(saleId, token),
          ({ status }) => status < 300,
        )
      const replies = await Promise.all(tokens.map(ask))
      await atRest(saleId)
      return replies.map(({ body }) => body.orderId)
    },
    async cancel(orderIds: Set<string>, count: number): Promise<string[]> {
      const some = [...orderIds].slice(0, count)
      for (const orderId of some)
        await client.operate(`/api/admin/orders/${orderId}/cancel`, { reason: 'changed my mind' })
      return some
    },
    async statusOf(orderId: string): Promise<string> {
      return (await client.look(`/api/admin/orders/${orderId}`)).body.status
    },
  }
}

const restore = ({ servers }: Cluster) =>
  seckill(['restore', '--in-place', '--json'], { env: { ...PRODUCTION, ...servers.settings } })

const accessOf = (url: string) => {
  const { hostname, port, username, pathname } = new URL(url)
  const place = ['--protocol=tcp', `--host=${hostname}`, `--port=${port}`, `--user=${username}`]
  return { place, name: pathname.slice(1), server: `mysql://${username}@${hostname}:${port}` }
}

const dump = async (url: string): Promise<string> => {
  const { place, name } = accessOf(url)
  const words = ['--no-defaults', ...place, '--single-transaction', name]
  const { stdout } = await promisify(execFile)(onPath('mariadb-dump')!, words, {
    maxBuffer: 2 ** 26,
  })
  return stdout
}

const load = async (url: string, text: string) => {
  const { place, name, server } = accessOf(url)
  await onServer(server, [`drop database ${name}`, `create database ${name}`])
  const child = spawn(onPath('mariadb')!, ['--no-defaults', ...place, name], {
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  child.stdin.end(text)
  assert.deepEqual(await once(child, 'close'), [0, null])
}

// As `kafka-consumer-groups.sh --reset-offsets` does it.
const backToTheBeginning = async ({ servers: { settings } }: Cluster) => {
  const bootstrapBrokers = settings.SECKILL_QUEUE_URL!.replace('kafka://', '').split(',')
  const admin = new Admin({ clientId: 'test', bootstrapBrokers })
  const name = settings.SECKILL_QUEUE_TOPIC!
  const partitionOffsets = Array.from({ length: PARTITIONS }, (_, partition) => ({
    partition,
    offset: 0n,
  }))
  const reset = () =>
    admin
      .alterConsumerGroupOffsets({
        groupId: `${name}.workers`,
        topics: [{ name, partitionOffsets }],
      })
      .then(
        () => true,
        () => false,
      )
  await eventually(reset, Boolean) // once the group has no members
  await admin.close()
}
