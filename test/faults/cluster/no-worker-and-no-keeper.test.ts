// Every order worker of a cluster is gone, and every keeper. Buyers are told yes as before, and what they
// were told is recorded once a worker is there; without a keeper nothing expires, and the sale goes on.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Cluster, startCluster } from '../../support/cluster.ts'
import { clientOf, eventually } from '../../support/engine.ts'
import { needsCluster } from '../../support/needs-cluster.ts'
import { attemptPatiently } from '../../support/order.ts'

const BUYERS = Array.from({ length: 5 }, (_, at) => String(at + 1))

const makeSale = async (cluster: Cluster, payWithinMs = 60_000) => {
  const shop = clientOf(cluster.url)
  const saleId = await shop.sale({ stock: BUYERS.length, payWithinMs })
  const tokens = await shop.tokens(saleId, BUYERS)
  await eventually(
    () => shop.look(`/api/admin/sales/${saleId}/audit`),
    ({ body }) => body.engine === 'open',
  )
  const buy = (at: number) => attemptPatiently(shop, saleId, tokens[at]!)
  const ask = (at: number, method: string, path: string) =>
    shop.request(method, path, { credential: tokens[at]! })
  const audit = async () => (await shop.look(`/api/admin/sales/${saleId}/audit`)).body
  return { shop, saleId, buy, ask, audit }
}

const gone = async (cluster: Cluster, name: string) => {
  cluster.kill(name)
  await cluster.process(name).exited
}

test(
  'without a worker buyers are told yes, and their orders wait for one',
  needsCluster(),
  async () => {
    await using cluster = await startCluster({ gateways: 1, workers: 1, keepers: 1 })
    const { shop, saleId, buy, ask, audit } = await makeSale(cluster)
    await gone(cluster, 'worker-1')
    const bought = await Promise.all(BUYERS.map((_, at) => buy(at)))
    assert(bought.every(({ body }) => body.orderId !== undefined))
    const [first] = bought
    const order = `/api/orders/${first!.body.orderId}?saleId=${saleId}`
    assert.equal((await ask(0, 'GET', order)).body.status, 'in-transit')
    const early = await ask(0, 'POST', order.replace('?', '/payment?'))
    assert.deepEqual([early.status, early.headers.get('retry-after')], [409, '1'])
    assert.equal((await buy(0)).body.orderId, first!.body.orderId, 'a retry is as safe as ever')
    assert.equal((await buy(1)).status, 200)
    const lag = await eventually(
      async () => (await shop.look('/metrics')).body as string,
      (text) => /^seckill_queue_lag_messages [1-9]/m.test(text),
    )
    assert.match(lag, /^seckill_queue_oldest_seconds [0-9.]+$/m)

    await cluster.start('worker-1')
    await eventually(audit, (books) => books.pending === BUYERS.length && books.inTransit === 0)
    assert.equal((await ask(0, 'GET', order)).body.status, 'pending')
    assert.equal((await audit()).drift, 0)
  },
)

test(
  'without a keeper a sale goes on, and what should expire waits for one',
  needsCluster(),
  async () => {
    await using cluster = await startCluster({ gateways: 1, workers: 1, keepers: 1 })
    const { saleId, buy, ask, audit } = await makeSale(cluster, 1000)
    await gone(cluster, 'keeper-1')
    const { body } = await buy(0)
    assert(body.orderId)
    const order = `/api/orders/${body.orderId}?saleId=${saleId}`
    const read = async () => (await ask(0, 'GET', order)).body
    const { payBy } = await eventually(read, ({ status }) => status === 'pending')
    await eventually(
      async () => Date.now(),
      (nowMs) => nowMs > Date.parse(payBy) + 500,
    )
    assert.equal((await read()).status, 'pending', 'nobody is there to let it expire')
    const given = await buy(1)
    const own = `/api/orders/${given.body.orderId}`
    await eventually(
      () => ask(1, 'GET', `${own}?saleId=${saleId}`),
      (seen) => seen.body.status === 'pending',
    )
    const cancelled = await ask(1, 'POST', `${own}/cancel?saleId=${saleId}`)
    assert.equal(cancelled.body.status, 'cancelled')
    await eventually(audit, (books) => books.available === BUYERS.length - 1) // whoever gives up sees to it

    await cluster.start('keeper-1')
    await eventually(read, ({ status }) => status === 'expired')
    await eventually(audit, (books) => books.available === BUYERS.length && books.drift === 0)
  },
)
