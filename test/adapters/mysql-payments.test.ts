// The contract of payments on MySQL, and what only several processes can do wrong.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { mysqlAuditLog } from '../../src/adapters/mysql/audit-log.ts'
import type { StoreDeps } from '../../src/adapters/mysql/mysql.ts'
import { mysqlOrderStore } from '../../src/adapters/mysql/order-store.ts'
import { mysqlPayments } from '../../src/adapters/mysql/payments.ts'
import type { Payments } from '../../src/ports/payments.ts'
import { paymentsContract } from '../contracts/payments.ts'
import { AT_MS, orderIdOf, sampleOrder } from '../contracts/samples.ts'
import { needsMysql } from '../support/needs-mysql.ts'
import { emptyMysql, openOwn } from './mysql-setup.ts'

const adapters = (deps: StoreDeps) => ({
  auditLog: mysqlAuditLog(deps),
  orders: mysqlOrderStore(deps),
  payments: mysqlPayments(deps),
})

const make = async () => {
  const deps = await emptyMysql()
  return { ...deps, ...adapters(deps) }
}

const { skip } = needsMysql()

paymentsContract('mysql', { make, missing: skip })

type Setup = Awaited<ReturnType<typeof make>>

// Two processes over the same databases.
const makeTwo = async () => {
  const one = await make()
  const mysql = await openOwn(one.own)
  const other = { ...one, mysql, ...adapters({ mysql, clock: one.clock }) }
  return { one, other, [Symbol.asyncDispose]: mysql[Symbol.asyncDispose] }
}

const BUYERS = Array.from({ length: 20 }, (_, n) => String(n + 1))
const paymentIdOf = (buyerId: string) => orderIdOf(buyerId, 100)

const startAll = async ({ orders, payments }: Setup) => {
  await orders.insert(BUYERS.map((buyerId) => sampleOrder({ buyerId, payByMs: AT_MS })))
  for (const buyerId of BUYERS) {
    const ids = { paymentId: paymentIdOf(buyerId), orderId: orderIdOf(buyerId), buyerId }
    await payments.start({ ...ids, provider: 'test', nowMs: AT_MS })
  }
}

const told = (payments: Payments, buyerId: string, amount = 9900) => {
  const paymentId = paymentIdOf(buyerId)
  const money = { amount, currency: 'CNY' }
  const event = { eventId: paymentId, type: 'payment.succeeded', paymentId, ...money } as const
  return payments.receive(event, AT_MS + 50)
}

suite('two processes and the money for one order', { skip }, () => {
  test('of a payment and an expiry exactly one wins', async () => {
    await using two = await makeTwo()
    await startAll(two.one)
    await Promise.all([
      ...BUYERS.map((buyerId) => told(two.one.payments, buyerId)),
      two.other.orders.takeExpired({ nowMs: AT_MS, limit: 99 }),
    ])
    await two.other.orders.takeExpired({ nowMs: AT_MS, limit: 99 })
    const { orders, payments } = two.other
    const orderIds = BUYERS.map((buyerId) => orderIdOf(buyerId))
    const found = await orders.read(orderIds)
    const paid = await payments.readOf(orderIds)
    const ends = found.map((order) => {
      const { status, reason } = paid.find(({ orderId }) => orderId === order!.orderId)!
      return `${order!.status}, ${status} ${reason}`
    })
    const good = ['paid, succeeded undefined', 'expired, refund-due order-expired']
    assert.deepEqual(
      ends.filter((end) => !good.includes(end)),
      [],
    )
    const givenBack = (await orders.readOutbox({ limit: 99 })).map(({ orderId }) => orderId)
    const expired = found.filter((order) => order?.status === 'expired')
    assert.deepEqual(givenBack.toSorted(), expired.map((order) => order!.orderId).toSorted())
  })

  test('an event that both are told counts once', async () => {
    await using two = await makeTwo()
    await startAll(two.one)
    for (const buyerId of BUYERS) {
      const answers = await Promise.all([
        told(two.one.payments, buyerId),
        told(two.other.payments, buyerId),
      ])
      assert.deepEqual(answers.map(({ result }) => result).toSorted(), ['changed', 'repeated'])
    }
  })

  test('the provider is never asked by two at once', async () => {
    await using two = await makeTwo()
    const { payments } = two.one
    await startAll(two.one)
    for (const buyerId of BUYERS) {
      await told(payments, buyerId, 1)
      const wanted = { orderId: orderIdOf(buyerId), by: 'test', reason: 'broken', nowMs: AT_MS }
      await payments.wantRefunds(wanted)
    }
    const take = (from: Payments, limit: number) =>
      from.takeRefunds({ askedBeforeMs: AT_MS + 1, nowMs: AT_MS + 1, limit })
    const both = await Promise.all([payments, two.other.payments].map((from) => take(from, 15)))
    const taken = [...both.flat(), ...(await take(payments, 99))]
    assert.deepEqual(
      taken.map(({ paymentId }) => paymentId).toSorted(),
      BUYERS.map(paymentIdOf).toSorted(),
    )
  })
})

test('while one database is down, what is owed in the other one goes back', { skip }, async () => {
  const whole = await make()
  await startAll(whole)
  for (const buyerId of BUYERS) {
    await told(whole.payments, buyerId, 1)
    const wanted = { orderId: orderIdOf(buyerId), by: 'test', reason: 'broken', nowMs: AT_MS }
    await whole.payments.wantRefunds(wanted)
  }
  await using half = await openOwn(whole.own)
  await half.databases[1]![Symbol.asyncDispose]()
  const payments = mysqlPayments({ mysql: half, clock: whole.clock })
  const take = () => payments.takeRefunds({ askedBeforeMs: AT_MS + 1, nowMs: AT_MS + 1, limit: 99 })
  const taken = await take()
  assert.equal(taken.length, 10)
  for (const { paymentId } of taken) await payments.finishRefund({ paymentId, nowMs: AT_MS + 2 })
  await assert.rejects(take(), { code: 'STORE_UNREACHABLE' })
})
