// Operators' orders over HTTP: found, looked at, cancelled, refunded; and as a CSV file.

import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'
import {
  type Engine,
  eventually,
  type Json,
  type Reply,
  startEngine,
  VIEWER,
} from '../support/engine.ts'
import { type Bought, buy, pay, see } from '../support/order.ts'
import { PAYMENT_SECRET, type Told, webhook } from '../support/provider.ts'

let engine: Engine
let saleId: string
let buyers = 100

before(async () => {
  engine = await startEngine({
    SECKILL_BUYER_PER_SECOND: '1000',
    SECKILL_PAYMENT_SECRET: PAYMENT_SECRET,
  })
  saleId = await engine.sale({ stock: 1000 })
})

after(() => engine[Symbol.asyncDispose]())

const newOrder = (of = saleId) => buy(engine, of, String((buyers += 1)))

const tell = (told: Told) => engine.request('POST', '/api/payments/webhook', webhook(told))

const look = ({ orderId }: Bought) => engine.look(`/api/admin/orders/${orderId}`)

const change = ({ orderId }: Bought, verb: string, body: object = { reason: 'asked for' }) =>
  engine.operate(`/api/admin/orders/${orderId}/${verb}`, body)

const codeOf = ({ status, body }: Reply) => [status, body.code]

const idsOf = ({ body }: Reply): string[] => body.orders.map(({ orderId }: Json) => orderId)

const logOf = async ({ orderId }: Bought) => {
  const { body } = await engine.look(`/api/admin/audit-log?subject=order%20${orderId}`)
  return body.entries.map(({ by, change: what, reason }: Json) => [by, what, reason])
}

const booksOf = async (of: string) => (await engine.look(`/api/admin/sales/${of}/audit`)).body

suite('the list of orders', () => {
  test('is narrowed by sale, buyer, status and money that is owed, page by page', async () => {
    const sale = await engine.sale()
    const all: Bought[] = []
    for (let n = 1; n <= 5; n += 1) all.push(await buy(engine, sale, String(n)))
    const [paid, cancelled, owed, ...pending] = all
    await pay(engine, paid!)
    await change(cancelled!, 'cancel')
    const { paymentId } = (await pay(engine, owed!, 'wait')).body
    await tell({ paymentId, amount: 1 })
    const list = async (query: string) => idsOf(await engine.look(`/api/admin/orders?${query}`))
    const newest = all.map(({ orderId }) => orderId).toReversed()
    assert.deepEqual(await list(`saleId=${sale}`), newest)
    assert.deepEqual((await list('')).slice(0, 5), newest)
    assert.deepEqual(await list(`saleId=${sale}&buyerId=2`), [cancelled!.orderId])
    assert.deepEqual(await list(`saleId=${sale}&status=paid`), [paid!.orderId])
    assert.deepEqual(await list(`saleId=${sale}&refundDue=true`), [owed!.orderId])
    assert.deepEqual(await list(`status=paid&buyerId=1&saleId=${sale}`), [paid!.orderId])
    assert.deepEqual(await list(`buyerId=2&status=paid&saleId=${sale}`), [])
    const still = [owed!, ...pending].map(({ orderId }) => orderId).toReversed()
    assert.deepEqual(await list(`saleId=${sale}&status=pending`), still)

    const seen: string[] = []
    let cursor = ''
    do {
      const page = await engine.look(`/api/admin/orders?saleId=${sale}&limit=2${cursor}`)
      seen.push(...idsOf(page))
      cursor = page.body.nextCursor === undefined ? '' : `&cursor=${page.body.nextCursor}`
    } while (cursor !== '')
    assert.deepEqual(seen, newest)
  })

  test('takes only what it knows', async () => {
    const queries = ['status=lost', 'refundDue=false', 'limit=101', 'cursor=x', 'x=1', 'saleId=']
    for (const query of [...queries, 'format=csv&limit=1', 'format=csv&cursor=1'])
      assert.deepEqual(
        codeOf(await engine.look(`/api/admin/orders?${query}`)),
        [400, 'malformed'],
        query,
      )
  })

  test('is a CSV file with a name for who asks for one', async () => {
    const sale = await engine.sale()
    const paid = await newOrder(sale)
    const pending = await newOrder(sale)
    const { paymentId } = (await pay(engine, paid)).body
    const path = `/api/admin/orders?saleId=${sale}`
    const file = await engine.look(`${path}&format=csv`)
    assert.equal(file.headers.get('content-type'), 'text/csv; charset=utf-8; header=present')
    const name = `attachment; filename="orders-of-sale-${sale}.csv"`
    assert.equal(file.headers.get('content-disposition'), name)
    const lines = String(file.body).split('\r\n')
    assert.equal(
      lines[0],
      'orderId,saleId,buyerId,units,price,currency,status,createdAt,payBy,changedAt,' +
        'paymentId,paymentStatus,refundDue',
    )
    const row = ({ body }: Reply, end: string) => {
      const { orderId, buyerId, status, createdAt, payBy, changedAt } = body
      const terms = [orderId, sale, buyerId, 1, 99_900, 'CNY', status, createdAt, payBy, changedAt]
      return [...terms, end].join(',')
    }
    assert.deepEqual(lines.slice(1), [
      row(await see(engine, pending), ',,'),
      row(await see(engine, paid), `${paymentId},succeeded,`),
      '',
    ])
    const accepted = await engine.request('GET', path, {
      credential: VIEWER,
      headers: { accept: 'text/csv' },
    })
    assert.equal(accepted.body, file.body)
  })
})

test('orders are operators’ alone, and a viewer changes none', async () => {
  const order = await newOrder()
  const path = `/api/admin/orders/${order.orderId}`
  const doors = [
    ['GET', '/api/admin/orders'],
    ['GET', '/api/admin/orders?format=csv'],
    ['GET', path],
    ['POST', `${path}/cancel`],
    ['POST', `${path}/refund`],
  ] as const
  for (const [method, door] of doors) {
    const body = method === 'POST' ? { reason: 'x' } : undefined
    for (const credential of [undefined, 'x', order.token])
      assert.deepEqual(codeOf(await engine.request(method, door, { credential, body })), [
        401,
        'unauthorized',
      ])
    const { status } = await engine.request(method, door, { credential: VIEWER, body })
    assert.equal(status, method === 'GET' ? 200 : 403, door)
  }
  assert.equal((await see(engine, order)).body.status, 'pending')
})

suite('an operator', () => {
  test('sees an order with its payments and what the ledger says', async () => {
    const order = await newOrder()
    await pay(engine, order, 'fail')
    await pay(engine, order)
    const { payments, ledger, ...same } = (await look(order)).body
    assert.deepEqual(same, (await see(engine, order)).body)
    assert.deepEqual(
      payments.map(({ status, amount, provider }: Json) => [status, amount, provider]),
      [
        ['failed', 99_900, 'sandbox'],
        ['succeeded', 99_900, 'sandbox'],
      ],
    )
    assert.deepEqual(ledger, ['recorded'])
    for (const id of ['1', 'x', '0'])
      assert.deepEqual(codeOf(await engine.look(`/api/admin/orders/${id}`)), [404, 'no-such-order'])
  })

  test('cancels a pending order: its unit is for sale again, and the log says why', async () => {
    const sale = await engine.sale({ stock: 1 })
    const order = await newOrder(sale)
    const cancelled = await change(order, 'cancel')
    assert.deepEqual([cancelled.status, cancelled.body.status], [200, 'cancelled'])
    assert.deepEqual(cancelled.body.ledger, ['recorded', 'released'])
    assert.deepEqual((await change(order, 'cancel')).body, cancelled.body)
    assert.deepEqual(await logOf(order), [['test', 'cancel-order', 'asked for']])
    const [token] = await engine.tokens(sale, ['7'])
    await eventually(
      () => engine.attempt(sale, token!),
      ({ body }) => body.outcome === 'accepted',
    )
  })

  test('cancels only a pending order, and never without a reason', async () => {
    const order = await newOrder()
    await pay(engine, order)
    const refused = await change(order, 'cancel')
    assert.deepEqual(
      [...codeOf(refused), refused.body.orderStatus],
      [409, 'order-not-pending', 'paid'],
    )
    for (const verb of ['cancel', 'refund']) {
      for (const body of [{}, { reason: '' }, { reason: ' ' }, { reason: 'x', amount: 1 }])
        assert.deepEqual(codeOf(await change(order, verb, body)), [400, 'malformed'])
      const unknown = { orderId: '1', token: '' }
      assert.deepEqual(codeOf(await change(unknown, verb)), [404, 'no-such-order'])
    }
    assert.deepEqual(await logOf(order), [])
  })

  test('refunds a paid order: money and unit go back, once', async () => {
    const sale = await engine.sale({ stock: 1 })
    const order = await newOrder(sale)
    await pay(engine, order)
    const refunded = await change(order, 'refund')
    assert.equal(refunded.status, 200)
    const { status, payment, payments, ledger, refundDue } = refunded.body
    assert.deepEqual([status, payment.status, refundDue], ['refunded', 'refunded', undefined])
    assert.deepEqual([payments[0].reason, ledger], ['order-refunded', ['recorded', 'released']])
    assert.deepEqual((await change(order, 'refund')).body, refunded.body, 'with a key or without')
    assert.deepEqual(await logOf(order), [['test', 'refund-order', 'asked for']])
    const startedMs = performance.now()
    const [token] = await engine.tokens(sale, ['8'])
    await eventually(
      () => engine.attempt(sale, token!),
      ({ body }) => body.outcome === 'accepted',
    )
    assert.ok(performance.now() - startedMs < 1000, 'within a second')
    const books = await eventually(
      () => booksOf(sale),
      ({ live, inTransit }) => live === 1 && inTransit === 0,
    )
    assert.deepEqual([books.total, books.available, books.drift], [1, 0, 0])
  })

  test('refunds money that bought nothing, and there is nothing else to refund', async () => {
    const order = await newOrder()
    const { paymentId } = (await pay(engine, order, 'wait')).body
    await change(order, 'cancel')
    assert.deepEqual(codeOf(await change(order, 'refund')), [409, 'nothing-to-refund'])
    await tell({ paymentId })
    assert.deepEqual((await look(order)).body.refundDue, true)
    const refunded = await change(order, 'refund')
    const { status, payments, refundDue } = refunded.body
    assert.deepEqual([status, refundDue], ['cancelled', undefined])
    assert.deepEqual([payments[0].status, payments[0].reason], ['refunded', 'order-cancelled'])
    assert.deepEqual((await change(order, 'refund')).body, refunded.body)
    assert.deepEqual(await logOf(order), [
      ['test', 'refund-payments', 'asked for'],
      ['test', 'cancel-order', 'asked for'],
    ])
  })

  test('refunds what was paid twice, and the order stays paid', async () => {
    const order = await newOrder()
    const first = (await pay(engine, order, 'fail')).body
    await pay(engine, order)
    await tell({ paymentId: first.paymentId })
    const owed = (await look(order)).body
    assert.deepEqual([owed.status, owed.refundDue], ['paid', true])
    const { status, payments, payment } = (
      await change(order, 'refund', { reason: 'paid twice', owedOnly: true })
    ).body
    assert.equal(status, 'paid')
    assert.deepEqual(
      payments.map((one: Json) => one.status),
      ['refunded', 'succeeded'],
    )
    assert.equal(payment.status, 'succeeded')
  })
})
