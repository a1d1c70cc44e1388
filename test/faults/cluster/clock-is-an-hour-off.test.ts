// The clocks of all processes are wrong, some ahead and some behind, and jump in the middle to the other
// side. There is one clock, the store's: a sale opens by it, orders are paid and expire by it, and what
// was signed is believed by it.
//
// SEED=7 node --test test/faults/cluster/clock-is-an-hour-off.test.ts

import assert from 'node:assert/strict'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { readOrderId } from '../../../src/domain/ids.ts'
import { clusterClient } from '../../support/cluster-client.ts'
import { type Cluster, startCluster } from '../../support/cluster.ts'
import { type Client, clientOf, eventually } from '../../support/engine.ts'
import { startHerd } from '../../support/herd.ts'
import { attempt, lawHolds, seeded, sellOut } from '../../support/law-holds.ts'
import { needsCluster } from '../../support/needs-cluster.ts'
import { type Bought, buy, pay, see } from '../../support/order.ts'
import { PAYMENT_SECRET, webhook } from '../../support/provider.ts'
import { type Receiver, startReceiver } from '../../support/webhook-receiver.ts'

// A little more than an hour: Kafka believes a sender that is an hour ahead.
const OFF_MS = 3_900_000
const AHEAD = new Set(['gateway-1', 'worker-1'])

// The time of a process is read over the network, from a machine that has much to do.
const NEAR_MS = 2000
const OPENS_IN_MS = 8000
const PAY_WITHIN_MS = 900_000 // as it is unless said
const EXPIRES_WITHIN_MS = 5000 // of its time

const GATEWAYS = ['gateway-1', 'gateway-2']
const PROCESSES = [...GATEWAYS, 'worker-1', 'keeper-1']

const clockOf = (name: string) => {
  const offMs = AHEAD.has(name) ? OFF_MS : -OFF_MS
  const program = join(import.meta.dirname, '../../support/shifted-clock.ts')
  return { NODE_OPTIONS: `--import=${program}`, CLOCK_OFF_MS: `${offMs},${-offMs}` }
}

suite('processes whose clocks are an hour off', needsCluster(), () => {
  let cluster: Cluster
  let client: Client // of both gateways in turn
  let gateways: Client[]
  let receiver: Receiver

  before(async () => {
    receiver = await startReceiver()
    const settings = {
      SECKILL_BUYER_PER_SECOND: '1000',
      SECKILL_PAYMENT_SECRET: PAYMENT_SECRET,
      SECKILL_SANDBOX_PAYMENTS: 'on',
      SECKILL_WEBHOOK_ALLOW_HOSTS: receiver.host,
    }
    cluster = await startCluster({ workers: 1, keepers: 1, settings, settingsOf: clockOf })
    client = clusterClient(cluster)
    gateways = GATEWAYS.map((name) => clientOf(cluster.process(name).url))
  })
  after(async () => {
    await cluster?.[Symbol.asyncDispose]()
    await receiver?.[Symbol.asyncDispose]()
  })

  const jump = () => PROCESSES.forEach((name) => cluster.kill(name, 'SIGUSR2'))

  test('all say what time it is in the store, before and after a jump', async () => {
    for (const jumps of [true, false]) {
      for (const { request } of gateways) {
        const { body } = await request('GET', '/api/time')
        assert(Math.abs(body.epochMs - Date.now()) < NEAR_MS, body.now)
      }
      if (jumps) jump()
    }
  })

  test('a sale opens at its start, for nobody earlier and for nobody later', async () => {
    const startsAtMs = Date.now() + OPENS_IN_MS
    const startsAt = new Date(startsAtMs).toISOString()
    const saleId = await client.sale({ startsAt })
    const tokens = await client.tokens(saleId, ['1', '2'])
    const opens = async ({ url }: Client, at: number) => {
      const of = { saleId, buyerId: String(at + 1), token: tokens[at]! }
      const asked = []
      do asked.push(await attempt(url, of))
      while (asked.at(-1)!.outcome !== 'accepted' && asked.at(-1)!.sentAt < startsAtMs + NEAR_MS)
      const { outcome, at: answeredMs, orderId } = asked.at(-1)!
      assert.equal(outcome, 'accepted')
      assert(answeredMs >= startsAtMs)
      assert(Math.abs(readOrderId(orderId!).createdAtMs - answeredMs) < NEAR_MS)
      const early = asked.filter((one) => one.outcome === 'not-started')
      assert(early.length > 0)
      assert(early.every(({ sentAt }) => sentAt < startsAtMs))
    }
    const opening = gateways.map(opens)
    jump()
    await Promise.all(opening)
  })

  test('orders are paid in time, and no order expires before its time or long after', async () => {
    const [slow, quick] = [await client.sale(), await client.sale({ payWithinMs: 1000 })]
    const late = await buy(client, quick, '3')
    const orders: Bought[] = []
    for (const buyer of ['1', '2']) orders.push(await buy(client, slow, buyer))
    jump()
    for (const order of orders) {
      const { createdAt, payBy } = (await see(client, order)).body
      const payableMs = Date.parse(payBy) - Date.parse(createdAt)
      assert(payableMs >= PAY_WITHIN_MS && payableMs < PAY_WITHIN_MS + EXPIRES_WITHIN_MS)
      assert(Math.abs(Date.parse(createdAt) - Date.now()) < EXPIRES_WITHIN_MS, createdAt)
      assert.deepEqual((await pay(client, order)).body.status, 'succeeded')
    }
    const read = async () => ({ order: (await see(client, late)).body, seenMs: Date.now() })
    const { order, seenMs } = await eventually(read, (seen) => seen.order.status === 'expired')
    const afterMs = seenMs - Date.parse(order.payBy)
    assert(afterMs >= 0 && afterMs < EXPIRES_WITHIN_MS, `${afterMs} ms after its time`)
    for (const paid of orders) assert.equal((await see(client, paid)).body.status, 'paid')
  })

  test('buyers stay signed in, and are believed by every gateway', async () => {
    const account = { name: 'somebody', password: 'a long enough password' }
    await client.request('POST', '/api/buyers', { body: account })
    const { body } = await client.request('POST', '/api/sessions', { body: account })
    jump()
    for (const { request } of gateways) {
      const { status } = await request('GET', '/api/orders', { credential: body.sessionToken })
      assert.equal(status, 200)
    }
  })

  test('a provider is believed by the time of the store, and so are our own webhooks', async () => {
    const made = await client.operate('/api/admin/webhook-endpoints', { url: receiver.url })
    const saleId = await client.sale()
    const order = await buy(client, saleId, '4')
    const { paymentId } = (await pay(client, order, 'wait')).body
    for (const { request } of gateways)
      for (const atMs of [Date.now() - OFF_MS, Date.now() + OFF_MS]) {
        const { body } = await request(
          'POST',
          '/api/payments/webhook',
          webhook({ paymentId, atMs }),
        )
        assert.match(body.detail, /five minutes/)
      }
    for (const [at, { request }] of gateways.entries()) {
      const { body } = await request('POST', '/api/payments/webhook', webhook({ paymentId }))
      assert.equal(body.result, at === 0 ? 'changed' : 'repeated')
    }
    const [first] = await receiver.arrived(2)
    const { secret } = made.body
    const headers = first!.headers as Record<string, string>
    new Webhook(secret).verify(first!.body, headers) // not older than five minutes
  })

  test('every order is there once, under an id of its own', async (context) => {
    const chance = seeded(context)
    const stock = 100
    const saleId = await client.sale({ stock })
    const buyers = Array.from({ length: 200 }, (_, at) => String(at + 1))
    const issued = await client.tokens(saleId, buyers)
    const tokens = new Map(buyers.map((buyer, at) => [buyer, issued[at]!]))
    const of = { saleId, tokens, clients: 4, cancelShare: 0.3, chance }
    await using opened = new AsyncDisposableStack()
    const herds = gateways.map(({ url }) => opened.use(startHerd({ ...of, url })))
    const bought = (least: number) =>
      eventually(
        async () => herds.flatMap(({ answers }) => answers.filter(isAccepted)).length,
        (count) => count >= least,
      )
    await bought(stock / 4)
    jump()
    await bought(stock / 2)
    for (const herd of herds) await herd.stop()
    const database = cluster.servers.settings.SECKILL_STORE_URL!
    const at = { server: cluster, database, saleId, tokens, chance }
    const answers = [...herds.flatMap((herd) => herd.answers), ...(await sellOut(at))]
    assert.equal((await lawHolds(context, { ...at, answers })).live, stock)
  })
})

const isAccepted = ({ outcome }: { outcome: string }) => outcome === 'accepted'
