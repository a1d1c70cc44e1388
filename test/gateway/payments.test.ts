// Paying for an order over HTTP, and what the provider tells by webhook: repeated, forged, reordered,
// three days late.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import { type Engine, eventually, type Reply, startEngine } from '../support/engine.ts'
import { buy, pay, see } from '../support/order.ts'
import { PAYMENT_SECRET, type Told, webhook } from '../support/provider.ts'

let engine: Engine
let saleId: string
let buyers = 100

const OLD_SECRET = `whsec_${Buffer.alloc(32, 'before').toString('base64')}`

before(async () => {
  engine = await startEngine({
    SECKILL_BUYER_PER_SECOND: '1000',
    SECKILL_PAYMENT_SECRET: `new:${PAYMENT_SECRET},old:${OLD_SECRET}`,
  })
  saleId = await engine.sale({ stock: 1000 })
})

after(() => engine[Symbol.asyncDispose]())

const newOrder = (of = saleId) => buy(engine, of, String((buyers += 1)))

const tell = (told: Told): Promise<Reply> =>
  engine.request('POST', '/api/payments/webhook', webhook(told))

const codeOf = ({ status, body }: Reply) => [status, body.code]

suite('paying', () => {
  test('with the sandbox pays the order before the answer goes out', async () => {
    const order = await newOrder()
    const { status, body } = await pay(engine, order)
    assert.equal(status, 201)
    const { paymentId, createdAt, changedAt, ...rest } = body
    assert.ok(Date.parse(createdAt) <= Date.parse(changedAt))
    const money = { amount: 99_900, currency: 'CNY' }
    assert.deepEqual(rest, {
      orderId: order.orderId,
      provider: 'sandbox',
      ...money,
      status: 'succeeded',
      received: money,
    })
    const seen = (await see(engine, order)).body
    assert.deepEqual([seen.status, seen.payment], ['paid', { paymentId, status: 'succeeded' }])
    assert.equal(seen.refundDue, undefined)
    const again = await pay(engine, order)
    assert.deepEqual(codeOf(again), [409, 'order-not-pending'])
    assert.equal(again.body.orderStatus, 'paid')
  })

  test('that fails leaves the order pending, and may be tried again', async () => {
    const order = await newOrder()
    const failed = await pay(engine, order, 'fail')
    assert.deepEqual([failed.status, failed.body.status], [201, 'failed'])
    const seen = (await see(engine, order)).body
    assert.deepEqual([seen.status, seen.payment.status], ['pending', 'failed'])
    const paid = await pay(engine, order, 'pay')
    assert.deepEqual([paid.status, paid.body.status], [201, 'succeeded'])
    assert.notEqual(paid.body.paymentId, failed.body.paymentId)
  })

  test('that waits is the same payment when asked again, and may then succeed', async () => {
    const order = await newOrder()
    const first = await pay(engine, order, 'wait')
    assert.deepEqual([first.status, first.body.status], [201, 'started'])
    const again = await pay(engine, order, 'wait')
    assert.deepEqual([again.status, again.body], [200, first.body])
    const paid = await pay(engine, order)
    assert.deepEqual([paid.status, paid.body.status], [200, 'succeeded'])
    assert.equal(paid.body.paymentId, first.body.paymentId)
  })

  test('many times at once is one payment', async () => {
    const order = await newOrder()
    const all = await Promise.all(Array.from({ length: 10 }, () => pay(engine, order)))
    const made = all.filter(({ status }) => status === 201)
    assert.equal(made.length, 1)
    for (const reply of all)
      if (reply.status !== 201) assert.deepEqual(codeOf(reply), [409, 'order-not-pending'])
    const whole = await engine.look(`/api/admin/orders/${order.orderId}`)
    assert.deepEqual(
      whole.body.payments.map(({ status }: { status: string }) => status),
      ['succeeded'],
    )
  })

  test('and cancelling at once has one winner, and no money is lost sight of', async () => {
    for (let n = 0; n < 10; n += 1) {
      const order = await newOrder()
      const cancel = () =>
        engine.request('POST', `/api/orders/${order.orderId}/cancel`, { credential: order.token })
      const both = n % 2 === 0 ? [pay(engine, order), cancel()] : [cancel(), pay(engine, order)]
      await Promise.all(both)
      const { status, payment, refundDue } = (await see(engine, order)).body
      if (status === 'paid') assert.deepEqual([payment.status, refundDue], ['succeeded', undefined])
      else {
        assert.equal(status, 'cancelled')
        if (payment) assert.deepEqual([payment.status, refundDue], ['refund-due', true])
      }
    }
  })

  test('takes nothing from the body but what the sandbox is to play', async () => {
    const order = await newOrder()
    for (const body of [{ amount: 1 }, { sandbox: 'free' }, { price: 1 }, [], 'pay']) {
      const path = `/api/orders/${order.orderId}/payment`
      const reply = await engine.request('POST', path, { credential: order.token, body })
      assert.deepEqual(codeOf(reply), [400, 'malformed'], JSON.stringify(body))
    }
    assert.equal((await see(engine, order)).body.status, 'pending')
  })

  test('is for the buyer of the order alone', async () => {
    const [order, other] = [await newOrder(), await newOrder()]
    const stranger = { orderId: order.orderId, token: other.token }
    assert.deepEqual(codeOf(await pay(engine, stranger)), [404, 'no-such-order'])
    assert.deepEqual(codeOf(await pay(engine, { ...order, token: 'x' })), [401, 'unauthorized'])
  })
})

suite('a webhook', () => {
  const waiting = async (of = saleId) => {
    const order = await newOrder(of)
    return { order, paymentId: (await pay(engine, order, 'wait')).body.paymentId as string }
  }

  test('pays the order, and told again changes nothing', async () => {
    const { order, paymentId } = await waiting()
    const first = await tell({ paymentId })
    assert.deepEqual([first.status, first.body], [200, { result: 'changed' }])
    const paid = (await see(engine, order)).body
    assert.equal(paid.status, 'paid')
    for (const secret of [PAYMENT_SECRET, OLD_SECRET]) {
      const again = await tell({ paymentId, secret, atMs: Date.now() + 1000 })
      assert.deepEqual([again.status, again.body], [200, { result: 'repeated' }])
    }
    const other = await tell({ paymentId, id: 'another event' })
    assert.deepEqual(other.body, { result: 'unchanged' })
    assert.deepEqual((await see(engine, order)).body, paid)
  })

  test('many times at once counts once', async () => {
    const { order, paymentId } = await waiting()
    const replies = await Promise.all(Array.from({ length: 10 }, () => tell({ paymentId })))
    const changed = replies.filter(({ body }) => body.result === 'changed')
    assert.equal(changed.length, 1)
    assert.equal((await see(engine, order)).body.status, 'paid')
  })

  test('that is forged, or too old, or too new, changes nothing', async () => {
    const { order, paymentId } = await waiting()
    const { raw, headers } = webhook({ paymentId })
    const sent = (set: object, body = raw) =>
      engine.request('POST', '/api/payments/webhook', {
        raw: body,
        headers: { ...headers, ...set },
      })
    const refused = [
      tell({ paymentId, secret: `whsec_${Buffer.alloc(32, 'thief').toString('base64')}` }),
      tell({ paymentId, atMs: Date.now() - 302_000 }),
      tell({ paymentId, atMs: Date.now() + 302_000 }),
      sent({ 'webhook-id': 'another' }),
      sent({ 'webhook-signature': 'v1,AAAA' }),
      sent({}, raw.replace('99900', '1')),
      engine.request('POST', '/api/payments/webhook', { body: {} }),
      engine.request('POST', '/api/payments/webhook'),
      engine.request('POST', '/api/payments/webhook', {
        raw,
        credential: order.token,
        headers: { 'content-type': 'application/json; charset=utf-8' },
      }),
    ]
    for (const reply of await Promise.all(refused))
      assert.deepEqual(codeOf(reply), [401, 'unauthorized'])
    assert.equal((await see(engine, order)).body.status, 'pending')
    assert.equal((await tell({ paymentId, atMs: Date.now() - 290_000 })).status, 200)
  })

  test('of a failure after the success leaves the order paid', async () => {
    const { order, paymentId } = await waiting()
    await tell({ paymentId })
    const late = await tell({ paymentId, type: 'payment.failed' })
    assert.deepEqual([late.status, late.body], [200, { result: 'unchanged' }])
    assert.equal((await see(engine, order)).body.status, 'paid')
  })

  test('of a success after the failure pays: what has come has come', async () => {
    const { order, paymentId } = await waiting()
    await tell({ paymentId, type: 'payment.failed' })
    assert.equal((await see(engine, order)).body.payment.status, 'failed')
    await tell({ paymentId })
    assert.equal((await see(engine, order)).body.status, 'paid')
  })

  test('of another amount or currency never pays, and the money is owed back', async () => {
    for (const set of [{ amount: 1 }, { currency: 'USD' }]) {
      const { order, paymentId } = await waiting()
      assert.deepEqual((await tell({ paymentId, ...set })).body, { result: 'changed' })
      const { status, payment, refundDue } = (await see(engine, order)).body
      assert.deepEqual([status, payment.status, refundDue], ['pending', 'refund-due', true])
    }
  })

  test('three days late finds the order expired: the money is owed back', async () => {
    const short = await engine.sale({ payWithinMs: 1000 })
    const { order, paymentId } = await waiting(short)
    await eventually(
      () => see(engine, order),
      ({ body }) => body.status === 'expired',
    )
    assert.deepEqual((await tell({ paymentId })).body, { result: 'changed' })
    const { status, payment, refundDue } = (await see(engine, order)).body
    assert.deepEqual([status, payment.status, refundDue], ['expired', 'refund-due', true])
    const list = `/api/admin/orders?saleId=${short}&refundDue=true`
    const { orders } = (await engine.look(list)).body
    assert.deepEqual(
      orders.map(({ orderId }: { orderId: string }) => orderId),
      [order.orderId],
    )
    const { payments } = (await engine.look(`/api/admin/orders/${order.orderId}`)).body
    assert.equal(payments[0].reason, 'order-expired')
  })

  test('of an unknown payment is told again later', async () => {
    assert.deepEqual(codeOf(await tell({ paymentId: '1' })), [404, 'no-such-payment'])
  })

  test('that is signed and makes no sense is refused, one of another kind is taken note of', async () => {
    const { headers, raw } = webhook({ paymentId: 'x' })
    const reply = await engine.request('POST', '/api/payments/webhook', { raw, headers })
    assert.deepEqual(codeOf(reply), [400, 'malformed'])
    assert.match(reply.body.detail, /data\.paymentId/)
    const other = { paymentId: '1', type: 'payment.created' as 'payment.failed' }
    assert.deepEqual((await tell(other)).body, { result: 'ignored' })
  })

  test('that is no JSON is refused', async () => {
    const { raw, headers } = webhook({ paymentId: '1' })
    const plain = { ...headers, 'content-type': 'text/plain' }
    const reply = await engine.request('POST', '/api/payments/webhook', { raw, headers: plain })
    assert.deepEqual(codeOf(reply), [415, 'unsupported-media-type'])
  })

  test('too large is refused', async () => {
    const { headers } = webhook({ paymentId: '1' })
    const raw = 'x'.repeat(70_000)
    const reply = await engine.request('POST', '/api/payments/webhook', { raw, headers })
    assert.deepEqual(codeOf(reply), [413, 'payload-too-large'])
  })
})

test('where payments are off nobody pays, except for rehearsals', async () => {
  await using off = await startEngine({ SECKILL_SANDBOX_PAYMENTS: 'off' })
  const order = await buy(off, await off.sale(), '1')
  const refused = await pay(off, order)
  assert.deepEqual(codeOf(refused), [503, 'payments-off'])
  assert.match(refused.body.detail, /SECKILL_SANDBOX_PAYMENTS=on/)
  const rehearsed = await buy(off, await off.sale({ rehearsal: true }), '1')
  assert.equal((await pay(off, rehearsed)).body.status, 'succeeded')
})
