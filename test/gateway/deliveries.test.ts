// Webhooks from end to end: what happens to orders and sales arrives signed, in order, and what does not
// arrive is seen and sent again.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { webhookVerifier } from '../../client/webhooks.ts'
import { type Engine, eventually, type Json, OPERATOR, startEngine } from '../support/engine.ts'
import { buy, pay } from '../support/order.ts'
import { pastTheEngine } from '../support/past-the-engine.ts'
import { type Receiver, startReceiver } from '../support/webhook-receiver.ts'

let engine: Engine
let saleId: string
let buyers = 0

before(async () => {
  engine = await startEngine({
    SECKILL_WEBHOOK_ALLOW_HOSTS: '127.0.0.1',
    SECKILL_RELEASE_EVERY_MS: '20',
    SECKILL_LOOK_EVERY_MS: '50',
    SECKILL_BUYER_PER_SECOND: '1000',
  })
  saleId = await engine.sale({ stock: 1000 })
})

after(() => engine[Symbol.asyncDispose]())

const PATH = '/api/admin/webhook-endpoints'

interface Listening {
  receiver: Receiver
  endpointId: string
  secret: string
}

// A receiver that hears of these types for the length of a test.
const listening = async (types: string[] | undefined, test: (of: Listening) => Promise<void>) => {
  await using receiver = await startReceiver()
  const { body } = await engine.operate(PATH, { url: receiver.url, types })
  try {
    await test({ receiver, ...body })
  } finally {
    await engine.request('DELETE', `${PATH}/${body.endpointId}`, { credential: OPERATOR })
  }
}

const order = () => buy(engine, saleId, String((buyers += 1)))

const deliveries = async (query: string): Promise<Json[]> =>
  (await engine.look(`/api/admin/deliveries?${query}`)).body.deliveries

const once = (query: string, isWanted: (delivery: Json) => boolean): Promise<Json> =>
  eventually(
    async () => (await deliveries(query))[0],
    (delivery) => delivery !== undefined && isWanted(delivery),
  )

test('what happens to an order arrives in the order in which it happened, signed', async () => {
  await listening(undefined, async ({ receiver, secret }) => {
    const bought = await order()
    await pay(engine, bought)
    await engine.operate(`/api/admin/orders/${bought.orderId}/refund`, { reason: 'broken' })
    const verify = webhookVerifier({ secrets: [secret] })
    const seen = await eventually(
      async () => receiver.received.filter(({ orderId }) => orderId === bought.orderId),
      (all) => all.length >= 4,
    )
    const webhooks = await Promise.all(seen.map((one) => verify(one)))
    assert.deepEqual(
      webhooks.map(({ event }) => event.type),
      ['order.pending', 'order.paid', 'order.refund-due', 'order.refunded'],
    )
    assert.equal(new Set(webhooks.map(({ id }) => id)).size, 4)
    const { type, timestamp, data } = webhooks[1]!.event
    assert(type === 'order.paid')
    const { createdAt, payBy, ...others } = data
    assert.deepEqual(others, {
      orderId: bought.orderId,
      saleId,
      buyerId: String(buyers),
      units: 1,
      price: 99_900,
      currency: 'CNY',
      status: 'paid',
      at: timestamp,
    })
    assert(createdAt < timestamp && timestamp < payBy)
    const due = webhooks[2]!.event
    assert(due.type === 'order.refund-due')
    const { paymentId, ...payment } = due.data.payment!
    assert.deepEqual(payment, { reason: 'order-refunded', amount: 99_900, currency: 'CNY' })
    assert.match(paymentId, /^[0-9]+$/)
  })
})

test('a sale is told of when it opens, sells out and closes, once each', async () => {
  await listening(['sale.opened', 'sale.sold-out', 'sale.closed'], async ({ receiver }) => {
    const last = await engine.sale({ stock: 1 })
    const ofLast = () =>
      receiver.received.filter(({ body }) => JSON.parse(body).data.saleId === last)
    const types = (count: number) =>
      eventually(
        async () => ofLast().map(({ type }) => type),
        (all) => all.length >= count,
      )
    await types(1)
    await buy(engine, last, '1')
    await types(2)
    await engine.operate(`/api/admin/sales/${last}/close`, { reason: 'over' })
    assert.deepEqual(await types(3), ['sale.opened', 'sale.sold-out', 'sale.closed'])
    const { data } = JSON.parse(ofLast()[1]!.body)
    assert.deepEqual([data.title, data.status, data.rehearsal], ['A sale', 'sold-out', false])
    assert.equal((await deliveries(`saleId=${last}`)).length, 3)
  })
})

test('what is not taken is tried again later, and at once when an operator has it replayed', async () => {
  await listening(['order.pending', 'order.cancelled'], async ({ receiver, endpointId }) => {
    receiver.answerWith(500)
    const { orderId } = await order()
    await engine.operate(`/api/admin/orders/${orderId}/cancel`, { reason: 'asked' })
    const failed = await once(
      `endpointId=${endpointId}&status=open`,
      ({ type }) => type === 'order.cancelled',
    )
    assert.deepEqual([failed.attempts, 'nextAttemptAt' in failed], [0, false], 'it waits its turn')
    const query = `orderId=${orderId}`
    const [, first] = await eventually(
      () => deliveries(query),
      (all) => all[1]?.lastAttempt !== undefined,
    )
    assert.equal(first.lastAttempt.httpStatus, 500)
    assert.equal(first.lastAttempt.failure, 'answered 500')
    const waitMs = Date.parse(first.nextAttemptAt) - Date.parse(first.lastAttempt.at)
    assert(waitMs >= 5000 && waitMs <= 6000, String(waitMs))
    receiver.answerWith(204)
    const replayed = await engine.operate(`/api/admin/deliveries/${first.deliveryId}/replay`)
    assert.deepEqual([replayed.status, replayed.body.status], [202, 'open'])
    const done = await eventually(
      () => deliveries(query),
      (all) => all.every(({ status }) => status === 'delivered'),
    )
    assert.deepEqual(
      receiver.received.map(({ type }) => type),
      ['order.pending', 'order.pending', 'order.cancelled'],
    )
    const [one, other] = receiver.received.map(({ headers }) => headers['webhook-id'])
    assert.equal(one, other, 'the same event keeps its id')
    assert.equal(done[0].lastAttempt.httpStatus, 204)
    const [entry] = (await engine.look('/api/admin/audit-log')).body.entries
    assert.equal(entry.subject, `delivery ${first.deliveryId}`)
  })
})

test('an endpoint that says it is gone is disabled, and gets what is open when it is enabled', async () => {
  await listening(['order.pending'], async ({ receiver, endpointId }) => {
    receiver.answerWith(410)
    const { orderId } = await order()
    const path = `${PATH}/${endpointId}`
    const disabled = await eventually(
      () => engine.look(path),
      ({ body }) => !body.enabled,
    )
    assert.match(disabled.body.disabledBecause, /410/)
    const [entry] = (await engine.look('/api/admin/audit-log')).body.entries
    assert.deepEqual([entry.by, entry.details], ['webhook-sender', { enabled: false }])
    const [{ deliveryId, status }] = (await deliveries(`orderId=${orderId}`)) as [Json]
    assert.equal(status, 'open')
    const replayed = await engine.operate(`/api/admin/deliveries/${deliveryId}/replay`)
    assert.deepEqual([replayed.status, replayed.body.code], [409, 'webhook-endpoint-disabled'])
    receiver.answerWith(204)
    const headers = { 'if-match': '*' }
    await engine.request('PATCH', path, { credential: OPERATOR, body: { enabled: true }, headers })
    await once(`orderId=${orderId}`, (delivery) => delivery.status === 'delivered')
    assert.equal(receiver.received.length, 2)
  })
})

test('an endpoint that never answers holds up no other', async () => {
  await listening(['order.pending'], async (silent) => {
    silent.receiver.answerWith('nothing')
    for (let n = 0; n < 20; n += 1) await order()
    await silent.receiver.arrived(16)
    await listening(['order.cancelled'], async ({ receiver }) => {
      const { orderId } = await order()
      const startedMs = performance.now()
      await engine.operate(`/api/admin/orders/${orderId}/cancel`, { reason: 'asked' })
      await receiver.arrived(1)
      assert(performance.now() - startedMs < 2000)
    })
    assert.equal(silent.receiver.received.length, 16, 'no more than so many at once')
  })
})

test('a signature by the old secret is good beside the new one', async () => {
  await listening(['order.pending'], async ({ receiver, endpointId, secret }) => {
    const { body } = await engine.operate(`${PATH}/${endpointId}/rotate-secret`)
    await order()
    const [received] = await receiver.arrived(1)
    for (const one of [secret, body.secret])
      assert.equal(
        (await webhookVerifier({ secrets: [one] })(received!)).event.type,
        'order.pending',
      )
  })
})

test('without an enabled endpoint a change leaves nothing to do', async () => {
  const bought = await order()
  await pay(engine, bought)
  const rows = await pastTheEngine(engine, (database) =>
    database.prepare('select change from outbox').all(),
  )
  assert.deepEqual(rows, [])
})

test('how many tries there were and how late they are can be watched', async () => {
  const { body } = await engine.request('GET', '/metrics', { credential: OPERATOR })
  assert.match(body, /^seckill_webhook_attempts_total\{result="delivered"\} [1-9]/m)
  assert.match(body, /^seckill_webhook_attempts_total\{result="failed"\} [1-9]/m)
  assert.match(body, /^seckill_webhooks_oldest_due_seconds 0$/m)
})

test('a selection that cannot be read is refused with what it may be', async () => {
  for (const query of ['orderId=1&saleId=1', 'status=open', 'endpointId=1&orderId=2']) {
    const { status, body } = await engine.look(`/api/admin/deliveries?${query}`)
    assert.deepEqual([status, body.code], [400, 'malformed'], query)
    assert.match(body.detail, /at most one of/)
  }
  for (const id of ['0', 'x', '777'])
    assert.equal(
      (await engine.operate(`/api/admin/deliveries/${id}/replay`)).body.code,
      'no-such-delivery',
    )
})
