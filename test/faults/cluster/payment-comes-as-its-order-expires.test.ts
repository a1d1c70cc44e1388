// The provider tells of payments at the very time their orders expire: of each one several times, to both
// gateways at once and in any order, while two keepers expire them. Each order is paid or has expired, and
// money that came too late is owed back, once.
//
// SEED=7 node --test test/faults/cluster/payment-comes-as-its-order-expires.test.ts

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Answer } from '../../../audit/answers.ts'
import { shardOf } from '../../../src/domain/ids.ts'
import { clusterClient } from '../../support/cluster-client.ts'
import { type Cluster, startCluster } from '../../support/cluster.ts'
import { type Client, clientOf, eventually, type Json } from '../../support/engine.ts'
import { attempt, lawHolds, seeded } from '../../support/law-holds.ts'
import { needsCluster } from '../../support/needs-cluster.ts'
import { onServer } from '../../support/own-databases.ts'
import { type Bought, pay, see } from '../../support/order.ts'
import { PAYMENT_SECRET, type Told, webhook } from '../../support/provider.ts'

const ORDERS = 40
const RACE_IN_MS = 1500
const APART_MS = 150 // of its time, at most, is a payment told
const DAY_MS = 86_400_000

interface Paying extends Bought {
  buyerId: string
  paymentId: string
  answer: Answer
}

suite('payments of a cluster', needsCluster(), () => {
  let cluster: Cluster
  let client: Client
  let gateways: Client[]
  let saleId: string
  const all: Paying[] = []

  before(async () => {
    const settings = {
      SECKILL_BUYER_PER_SECOND: '1000',
      SECKILL_PAYMENT_SECRET: PAYMENT_SECRET,
      SECKILL_SANDBOX_PAYMENTS: 'on',
    }
    cluster = await startCluster({ workers: 1, settings })
    client = clusterClient(cluster)
    gateways = ['gateway-1', 'gateway-2'].map((name) => clientOf(cluster.process(name).url))
    saleId = await client.sale({ stock: ORDERS * 2 })
  })
  after(() => cluster?.[Symbol.asyncDispose]())

  const payments = async (count: number): Promise<Paying[]> => {
    const from = all.length + 1
    const buyers = Array.from({ length: count }, (_, at) => String(from + at))
    const tokens = await client.tokens(saleId, buyers)
    const made = await Promise.all(
      buyers.map((buyerId, at) => startPayment({ buyerId, token: tokens[at]! })),
    )
    all.push(...made)
    return made
  }

  const startPayment = async (of: { buyerId: string; token: string }): Promise<Paying> => {
    const answer = await eventually(
      () => attempt(client.url, { saleId, ...of }),
      ({ orderId }) => orderId !== undefined,
    )
    const order = { ...of, orderId: answer.orderId! }
    const { body } = await eventually(
      () => pay(client, order, 'wait'),
      ({ status }) => status === 201,
    )
    return { ...order, paymentId: body.paymentId, answer }
  }

  const tell = async (to: Client, told: Told): Promise<string> =>
    (await to.request('POST', '/api/payments/webhook', webhook(told))).body.result

  const seen = async ({ orderId }: Paying): Promise<Json> =>
    (await client.look(`/api/admin/orders/${orderId}`)).body

  test('one that comes as its order expires has one result', async (context) => {
    const random = seeded(context)
    const orders = await payments(ORDERS)
    const payByMs = Date.now() + RACE_IN_MS
    await setPayBy(cluster, { orders, payByMs })
    const results = orders.map(async ({ paymentId }) => {
      const atMs = payByMs - APART_MS + random.below(2 * APART_MS)
      await sleep(atMs - Date.now())
      const failed = { paymentId, type: 'payment.failed' } as const
      const [last] = await Promise.all([
        ...gateways.map((gateway) => tell(gateway, { paymentId })),
        ...(random.happens(0.3) ? [tell(random.pick(gateways), failed)] : []),
      ])
      return [last, await tell(random.pick(gateways), { paymentId })]
    })
    for (const told of await Promise.all(results)) assert.deepEqual(told.at(-1), 'repeated')
    const ends = { paid: 0, expired: 0 }
    for (const order of orders) {
      const { status, payments: of } = await eventually(
        () => seen(order),
        (one) => one.status !== 'pending',
      )
      const [payment, ...others] = of
      assert.deepEqual(others, [])
      if (status === 'paid') assert.equal(payment.status, 'succeeded')
      else assert.deepEqual([status, payment.status, payment.reason], EXPIRED)
      ends[status as 'paid' | 'expired'] += 1
    }
    context.diagnostic(JSON.stringify(ends))
  })

  test('told many times, to both gateways at once, it counts once', async () => {
    const [order, other] = await payments(2)
    const { paymentId } = order!
    const told = Array.from({ length: 20 }, (_, at) => tell(gateways[at % 2]!, { paymentId }))
    const results = await Promise.all(told)
    assert.equal(results.filter((result) => result === 'changed').length, 1)
    assert.equal(results.filter((result) => result === 'repeated').length, 19)

    // Told in the wrong order: what has come has come.
    const failed = { paymentId: other!.paymentId, type: 'payment.failed' } as const
    assert.equal(await tell(gateways[0]!, failed), 'changed')
    assert.equal(await tell(gateways[1]!, { paymentId: other!.paymentId }), 'changed')
    assert.equal(await tell(gateways[0]!, { ...failed, id: 'again' }), 'unchanged')
    for (const one of [order!, other!]) assert.equal((await see(client, one)).body.status, 'paid')
  })

  test('three days late it is owed back, once, and the order stays as it is', async () => {
    const orders = await payments(4)
    await setPayBy(cluster, { orders, payByMs: Date.now() - 3 * DAY_MS })
    for (const order of orders)
      await eventually(
        () => seen(order),
        ({ status }) => status === 'expired',
      )
    for (const order of orders) {
      const { paymentId } = order
      const results = await Promise.all(gateways.map((gateway) => tell(gateway, { paymentId })))
      assert.deepEqual(results.toSorted(), ['changed', 'repeated'])
      const { status, payments: of } = await seen(order)
      assert.deepEqual([status, of.length, of[0].status, of[0].reason], [EXPIRED[0], 1, ...OWED])
    }
    const { body } = await client.look(`/api/admin/orders?saleId=${saleId}&refundDue=true`)
    const owed = new Set(body.orders.map(({ orderId }: Json) => orderId))
    for (const { orderId } of orders) assert(owed.has(orderId))
  })

  test('and the books agree, order by order and payment by payment', async (context) => {
    const database = cluster.servers.settings.SECKILL_STORE_URL!
    const answers = all.map(({ answer }) => answer)
    const books = await lawHolds(context, { server: cluster, database, saleId, answers })
    assert.equal(books.pending, 0)
    assert.equal(books.paid + books.released, all.length)
  })
})

const OWED = ['refund-due', 'order-expired']
const EXPIRED = ['expired', ...OWED]

// Past the engine, so that they expire together however long it took to buy them.
const setPayBy = async (
  { servers: { settings } }: Cluster,
  { orders, payByMs }: { orders: Paying[]; payByMs: number },
) => {
  const urls = settings.SECKILL_STORE_URL!.split(',')
  const changes = orders.map(({ orderId, buyerId }) => {
    const shard = shardOf(buyerId)
    const table = `orders_${String(shard).padStart(3, '0')}`
    const sql = `update ${table} set pay_by = ${payByMs} where order_id = ${orderId}`
    return { url: urls[shard % urls.length]!, sql }
  })
  for (const [url, of] of Map.groupBy(changes, (change) => change.url))
    await onServer(
      url,
      of.map(({ sql }) => sql),
    )
}
