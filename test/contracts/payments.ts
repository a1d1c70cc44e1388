// What every store of payments must keep: one payment at a time, money counts once, and of all that race
// for one order exactly one wins.

import assert from 'node:assert/strict'
import type { OrderStatus } from '../../src/domain/order.ts'
import type { Payment, PaymentEvent } from '../../src/domain/payment.ts'
import type { AuditLog } from '../../src/ports/audit-log.ts'
import type { OrderStore } from '../../src/ports/order-store.ts'
import { type Payments, PAYMENTS_PER_ORDER_MAX } from '../../src/ports/payments.ts'
import { type Claims, contract, type ContractOptions } from './contract.ts'
import { AT_MS, ID_MAX, orderIdOf, sampleOrder } from './samples.ts'

export interface PaymentsSetup extends AsyncDisposable {
  orders: OrderStore
  payments: Payments
  auditLog: AuditLog
}

export const paymentsContract = (name: string, options: ContractOptions<PaymentsSetup>): void =>
  contract(`payments: ${name}`, options, { ...startClaims, ...eventClaims, ...refundClaims })

const ORDER = orderIdOf('1')

// The nth payment of the one order there is.
const paymentIdOf = (n: number) => orderIdOf('1', 100 + n)

const start = (payments: Payments, n = 1) =>
  payments.start({
    paymentId: paymentIdOf(n),
    orderId: ORDER,
    buyerId: '1',
    provider: 'test',
    nowMs: AT_MS + n,
  })

const told = (
  payments: Payments,
  set: Partial<PaymentEvent> = {},
  nowMs = AT_MS + 50,
): ReturnType<Payments['receive']> => {
  const type = set.type ?? 'payment.succeeded'
  const paymentId = set.paymentId ?? paymentIdOf(1)
  const money = { amount: 9900, currency: 'CNY' }
  return payments.receive(
    { eventId: `${paymentId} ${type}`, type, paymentId, ...money, ...set },
    nowMs,
  )
}

const orderStatus = async ({ orders }: PaymentsSetup) => (await orders.read([ORDER]))[0]!.status

const paymentsNow = async ({ payments }: PaymentsSetup) =>
  (await payments.readOf([ORDER])).map(({ status, reason }) =>
    reason === undefined ? status : `${status}: ${reason}`,
  )

const startClaims: Claims<PaymentsSetup> = {
  'a payment is for what its order costs': async ({ orders, payments }) => {
    const dear = { price: 1_000_000_000_000, units: 100, currency: 'EUR' }
    await orders.insert([sampleOrder({ buyerId: '1', ...dear })])
    const payment: Payment = {
      paymentId: paymentIdOf(1),
      orderId: ORDER,
      provider: 'test',
      amount: 100_000_000_000_000,
      currency: 'EUR',
      status: 'started',
      reason: undefined,
      received: undefined,
      createdAtMs: AT_MS + 1,
      changedAtMs: AT_MS + 1,
    }
    assert.deepEqual(await start(payments), { result: 'started', payment, isNew: true })
    assert.deepEqual(await payments.readOf([ORDER]), [payment])
  },

  'who starts again while a payment is started has the same one': async ({ orders, payments }) => {
    await orders.insert([sampleOrder({ buyerId: '1' })])
    const [first, again] = await Promise.all([start(payments, 1), start(payments, 2)])
    assert(first.result === 'started' && again.result === 'started')
    assert.notEqual(first.isNew, again.isNew)
    assert.equal(again.payment.paymentId, first.payment.paymentId)
  },

  'only a pending order is paid for': async ({ orders, payments }) => {
    for (const [n, status] of (['paid', 'cancelled', 'expired', 'refunded'] as const).entries()) {
      const orderId = orderIdOf('1', n)
      await orders.insert([sampleOrder({ buyerId: '1', orderId, status })])
      const at = {
        paymentId: paymentIdOf(n),
        orderId,
        buyerId: '1',
        provider: 'test',
        nowMs: AT_MS,
      }
      const refusal = { result: 'not-pending', orderStatus: status }
      assert.deepEqual(await payments.start(at), refusal)
    }
  },

  'an order may be tried to be paid for a limited number of times': async ({
    orders,
    payments,
  }) => {
    await orders.insert([sampleOrder({ buyerId: '1' })])
    for (let n = 1; n <= PAYMENTS_PER_ORDER_MAX; n += 1) {
      assert.equal((await start(payments, n)).result, 'started')
      await told(payments, { type: 'payment.failed', paymentId: paymentIdOf(n) })
    }
    assert.deepEqual(await start(payments, PAYMENTS_PER_ORDER_MAX + 1), { result: 'too-many' })
  },

  'payments of many orders are read, the oldest first': async ({ orders, payments }) => {
    await orders.insert([sampleOrder({ buyerId: '1' }), sampleOrder({ buyerId: '2' })])
    await start(payments, 1)
    await told(payments, { type: 'payment.failed' })
    await start(payments, 2)
    const found = await payments.readOf([orderIdOf('2'), ORDER, orderIdOf('3')])
    const ids = found.map(({ paymentId }) => paymentId)
    assert.deepEqual(ids, [paymentIdOf(1), paymentIdOf(2)])
  },
}

const eventClaims: Claims<PaymentsSetup> = {
  'money that comes pays the pending order, once': async (setup) => {
    const { orders, payments } = setup
    await orders.insert([sampleOrder({ buyerId: '1' })])
    await start(payments)
    const first = await told(payments)
    assert(first.result === 'changed')
    const { status, received, changedAtMs } = first.payment
    const money = { amount: 9900, currency: 'CNY' }
    assert.deepEqual([status, received, changedAtMs], ['succeeded', money, AT_MS + 50])
    assert.equal((await told(payments, {}, AT_MS + 60)).result, 'repeated')
    assert.equal((await told(payments, { eventId: 'another' }, AT_MS + 60)).result, 'unchanged')
    const [order] = await orders.read([ORDER])
    assert.deepEqual([order?.status, order?.changedAtMs], ['paid', AT_MS + 50])
    assert.deepEqual(await paymentsNow(setup), ['succeeded'])
    assert.deepEqual(await orders.readOutbox({ limit: 9 }), [], 'nothing is given back')
  },

  'an event of an unknown payment is not kept': async ({ orders, payments }) => {
    assert.deepEqual(await told(payments), { result: 'no-such-payment' })
    await orders.insert([sampleOrder({ buyerId: '1' })])
    await start(payments)
    assert.equal((await told(payments)).result, 'changed', 'told again, it counts')
  },

  'a failure that comes after the money changes nothing, one before it is made up for': async (
    setup,
  ) => {
    const { orders, payments } = setup
    await orders.insert([sampleOrder({ buyerId: '1' })])
    await start(payments)
    assert.equal((await told(payments, { type: 'payment.failed' })).result, 'changed')
    assert.deepEqual(await paymentsNow(setup), ['failed'])
    assert.equal(await orderStatus(setup), 'pending')
    assert.equal((await told(payments)).result, 'changed')
    const late = await told(payments, { type: 'payment.failed', eventId: 'late' })
    assert.equal(late.result, 'unchanged')
    assert.deepEqual([await orderStatus(setup), await paymentsNow(setup)], ['paid', ['succeeded']])
  },

  'another amount or currency never pays, and is owed back as it came': async (setup) => {
    const { orders, payments } = setup
    await orders.insert([sampleOrder({ buyerId: '1' })])
    const wrong = [{ amount: 9899 }, { amount: 9901 }, { currency: 'JPY' }]
    for (const [n, set] of wrong.entries()) {
      await start(payments, n)
      await told(payments, { paymentId: paymentIdOf(n), ...set })
    }
    assert.equal(await orderStatus(setup), 'pending')
    assert.deepEqual(await paymentsNow(setup), [
      'refund-due: wrong-amount',
      'refund-due: wrong-amount',
      'refund-due: wrong-currency',
    ])
    const received = (await payments.readOf([ORDER])).map((payment) => payment.received)
    assert.deepEqual(
      received,
      wrong.map((set) => ({ amount: 9900, currency: 'CNY', ...set })),
    )
  },

  'money for an order that is lost is owed back, and the order stays lost': async (setup) => {
    const { orders, payments } = setup
    await orders.insert([sampleOrder({ buyerId: '1' })])
    await start(payments)
    await orders.release({ orderId: ORDER, reason: 'expired', nowMs: AT_MS + 40 })
    const threeDaysLateMs = AT_MS + 3 * 86_400_000
    assert.equal((await told(payments, {}, threeDaysLateMs)).result, 'changed')
    assert.equal(await orderStatus(setup), 'expired')
    assert.deepEqual(await paymentsNow(setup), ['refund-due: order-expired'])
  },

  'a second payment that comes for an order is owed back': async (setup) => {
    const { orders, payments } = setup
    await orders.insert([sampleOrder({ buyerId: '1' })])
    await start(payments, 1)
    await told(payments, { type: 'payment.failed' })
    await start(payments, 2)
    await told(payments, { paymentId: paymentIdOf(2) })
    await told(payments, { paymentId: paymentIdOf(1) })
    assert.equal(await orderStatus(setup), 'paid')
    assert.deepEqual(await paymentsNow(setup), ['refund-due: already-paid', 'succeeded'])
  },

  'of a payment, an expiry and a cancellation at once exactly one wins': async (setup) => {
    const { orders, payments } = setup
    const pay = () => told(payments)
    const release = (reason: 'cancelled' | 'expired') => () =>
      orders.release({ orderId: ORDER, reason, nowMs: AT_MS + 50 })
    const expire = release('expired')
    const cancel = release('cancelled')
    await orders.insert([sampleOrder({ buyerId: '1' })])
    await start(payments)
    await Promise.all([expire(), pay(), cancel()])
    const status = await orderStatus(setup)
    const outcomes: Partial<Record<OrderStatus, string>> = {
      paid: 'succeeded',
      expired: 'refund-due: order-expired',
      cancelled: 'refund-due: order-cancelled',
    }
    assert.deepEqual(await paymentsNow(setup), [outcomes[status]])
    const given = (await orders.readOutbox({ limit: 9 })).map(({ reason }) => reason as string)
    assert.deepEqual(given, status === 'paid' ? [] : [status])
  },
}

const OPERATOR = { by: 'test', reason: 'broken' }

const refundClaims: Claims<PaymentsSetup> = {
  'who refunds an order owes the money that bought it, in the audit log': async (setup) => {
    const { auditLog, orders, payments } = setup
    await orders.insert([sampleOrder({ buyerId: '1' })])
    await start(payments)
    await told(payments)
    const change = { orderId: ORDER, reason: 'refunded', nowMs: AT_MS + 60 } as const
    const { changed } = await orders.release({ ...change, operator: OPERATOR })
    assert.ok(changed)
    assert.deepEqual(await paymentsNow(setup), ['refund-due: order-refunded'])
    const again = await orders.release({ ...change, operator: OPERATOR })
    assert.equal(again.changed, false)
    const entries = await auditLog.list({ limit: 9 })
    const said = entries.map(({ by, change: what, subject, reason }) => [by, what, subject, reason])
    assert.deepEqual(said, [['test', 'refund-order', `order ${ORDER}`, 'broken']])
  },

  'money that is owed goes back when an operator wants it, which is logged once': async (setup) => {
    const { auditLog, orders, payments } = setup
    await orders.insert([sampleOrder({ buyerId: '1' })])
    await start(payments)
    const want = (nowMs: number) => payments.wantRefunds({ orderId: ORDER, ...OPERATOR, nowMs })
    assert.deepEqual(await want(AT_MS), [], 'nothing is owed')
    await told(payments, { amount: 1 })
    const take = (askedBeforeMs: number) =>
      payments.takeRefunds({ askedBeforeMs, nowMs: AT_MS + 200, limit: 9 })
    assert.deepEqual(await take(Infinity), [], 'nobody has wanted it')
    assert.equal((await want(AT_MS + 100)).length, 1)
    assert.equal((await want(AT_MS + 110)).length, 1)
    const entries = await auditLog.list({ limit: 9 })
    assert.deepEqual(
      entries.map(({ change, details }) => [change, details]),
      [['refund-payments', { paymentIds: [paymentIdOf(1)] }]],
    )
  },

  'a refund that is not confirmed is taken again after a while, until it is': async (setup) => {
    const { orders, payments } = setup
    await orders.insert([sampleOrder({ buyerId: '1' })])
    await start(payments)
    await told(payments, { amount: 1 })
    await payments.wantRefunds({ orderId: ORDER, ...OPERATOR, nowMs: AT_MS + 100 })
    const take = async (askedBeforeMs: number, nowMs: number) =>
      (await payments.takeRefunds({ askedBeforeMs, nowMs, limit: 9 })).length
    assert.equal(await take(AT_MS + 100, AT_MS + 150), 0)
    assert.equal(await take(AT_MS + 101, AT_MS + 200), 1)
    assert.equal(await take(AT_MS + 200, AT_MS + 300), 0, 'somebody is at it')
    await payments.finishRefund({ paymentId: paymentIdOf(1), nowMs: AT_MS + 300 })
    await payments.finishRefund({ paymentId: paymentIdOf(1), nowMs: AT_MS + 400 })
    assert.equal(await take(AT_MS + 999, AT_MS + 999), 0)
    const [payment] = await payments.readOf([ORDER])
    assert.deepEqual([payment?.status, payment?.changedAtMs], ['refunded', AT_MS + 300])
  },

  'a payment with the largest ids there are is kept': async ({ orders, payments }) => {
    await orders.insert([sampleOrder({ buyerId: ID_MAX, orderId: ID_MAX })])
    const ids = { paymentId: ID_MAX, orderId: ID_MAX, buyerId: ID_MAX }
    await payments.start({ ...ids, provider: 'test', nowMs: AT_MS })
    await told(payments, { paymentId: ID_MAX })
    assert.equal((await payments.readOf([ID_MAX]))[0]?.status, 'succeeded')
  },
}
