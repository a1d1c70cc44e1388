// Whatever happens to an order and its payments, in whatever order and however much of it at once: an
// order is bought by one payment or by none, and no money that came is lost sight of.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { makeSqlite, type Sqlite } from '../adapters/sqlite-setup.ts'
import { AT_MS, orderIdOf, sampleOrder } from '../contracts/samples.ts'
import { checkProperty } from './replay.ts'

const ORDER = orderIdOf('1')
const PAYMENTS = 3
const OPERATOR = { by: 'test', reason: 'test' }

const paymentIdOf = (n: number) => orderIdOf('1', 100 + n)

type Step = (ports: Sqlite) => Promise<unknown>

const payment = fc.integer({ min: 1, max: PAYMENTS })

const start = payment.map(
  (n) =>
    ({ payments }: Sqlite) =>
      payments.start({
        paymentId: paymentIdOf(n),
        orderId: ORDER,
        buyerId: '1',
        provider: 'test',
        nowMs: AT_MS,
      }),
)

const told = fc
  .record({
    n: payment,
    type: fc.constantFrom('payment.succeeded' as const, 'payment.failed' as const),
    amount: fc.constantFrom(9900, 9900, 9900, 1),
    eventId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
  })
  .map(({ n, ...event }) => ({ payments }: Sqlite) => {
    const paymentId = paymentIdOf(n)
    return payments.receive({ ...event, paymentId, currency: 'CNY' }, AT_MS)
  })

const released = fc.constantFrom('cancelled' as const, 'expired' as const, 'refunded' as const).map(
  (reason) =>
    ({ orders }: Sqlite) =>
      orders.release({ orderId: ORDER, reason, nowMs: AT_MS, operator: OPERATOR }),
)

const refund: Step[] = [
  ({ payments }) => payments.wantRefunds({ orderId: ORDER, ...OPERATOR, nowMs: AT_MS }),
  async ({ payments }) => {
    const taken = await payments.takeRefunds({ askedBeforeMs: AT_MS + 1, nowMs: AT_MS, limit: 9 })
    for (const { paymentId } of taken) await payments.finishRefund({ paymentId, nowMs: AT_MS })
  },
]

const step: fc.Arbitrary<Step> = fc.oneof(start, told, told, released, fc.constantFrom(...refund))

// What may become of a payment, and of an order.
const NEXT: Record<string, string[]> = {
  started: ['succeeded', 'failed', 'refund-due', 'refunded'],
  failed: ['succeeded', 'refund-due', 'refunded'],
  succeeded: ['refund-due', 'refunded'],
  'refund-due': ['refunded'],
  refunded: [],
  pending: ['paid', 'cancelled', 'expired', 'refunded'],
  paid: ['refunded'],
}

type Seen = Map<string, string> // id of the order or of a payment → its status

const checkNext = (before: Seen, now: Seen) => {
  for (const [id, status] of now) {
    const was = before.get(id) ?? status
    assert.ok(status === was || NEXT[was]?.includes(status), `${id}: ${was} became ${status}`)
  }
}

const check = async ({ orders, payments }: Sqlite, before: Seen): Promise<Seen> => {
  const [order] = await orders.read([ORDER])
  const { status } = order!
  const all = await payments.readOf([ORDER])
  const count = (is: (one: (typeof all)[number]) => boolean) => all.filter(is).length
  const bought = count((one) => one.status === 'succeeded')
  assert.equal(bought, status === 'paid' ? 1 : 0, 'a paid order was bought by one payment')
  assert.ok(count((one) => one.status === 'started') <= 1, 'one payment is started at a time')
  for (const { status: seen, received, reason, amount } of all) {
    const came = seen === 'succeeded' || seen === 'refund-due' || seen === 'refunded'
    assert.equal(received !== undefined, came, 'money that came is kept, or owed, or gone back')
    assert.equal(reason !== undefined, seen === 'refund-due' || seen === 'refunded')
    if (seen === 'succeeded') assert.equal(received?.amount, amount)
  }
  const given = await orders.readOutbox({ limit: 9 })
  const isReleased = status !== 'pending' && status !== 'paid'
  assert.deepEqual(
    given.map(({ reason }) => reason),
    isReleased ? [status] : [],
    'the units of a lost order go back, once',
  )
  const now: Seen = new Map(all.map((one) => [one.paymentId, one.status]))
  now.set(ORDER, status)
  checkNext(before, now)
  return now
}

test('an order is bought once or not at all, and no money is lost sight of', async (context) => {
  const moments = fc.array(fc.array(step, { minLength: 1, maxLength: 4 }), { maxLength: 12 })
  const property = fc.asyncProperty(moments, async (all) => {
    await using ports = await makeSqlite()
    await ports.orders.insert([sampleOrder({ buyerId: '1' })])
    let before: Seen = new Map()
    for (const atOnce of all) {
      // A payment id is made once: starting it again after it has ended is a conflict, and no change.
      await Promise.allSettled(atOnce.map((one) => one(ports)))
      before = await check(ports, before)
    }
  })
  await checkProperty(context, property, { runs: 100, file: import.meta.filename })
})
