// The contract of orders on MySQL, and what only orders in several databases can do wrong.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { mysqlAuditLog } from '../../src/adapters/mysql/audit-log.ts'
import type { StoreDeps } from '../../src/adapters/mysql/mysql.ts'
import { mysqlOrderChanges } from '../../src/adapters/mysql/order-changes.ts'
import { mysqlOrderStore } from '../../src/adapters/mysql/order-store.ts'
import type { Order, OrderStatus } from '../../src/domain/order.ts'
import type { OrderSelection, OrderStore } from '../../src/ports/order-store.ts'
import { orderStoreContract } from '../contracts/order-store.ts'
import { AT_MS, orderIdOf, sampleOrder } from '../contracts/samples.ts'
import { needsMysql } from '../support/needs-mysql.ts'
import { emptyMysql, openOwn } from './mysql-setup.ts'

const adapters = (deps: StoreDeps) => ({
  auditLog: mysqlAuditLog(deps),
  orders: mysqlOrderStore(deps),
  orderChanges: mysqlOrderChanges(deps),
})

const make = async () => {
  const deps = await emptyMysql()
  return { ...deps, ...adapters(deps) }
}

const { skip } = needsMysql()

orderStoreContract('mysql', { make, missing: skip })

// Two processes over the same databases.
const makeTwo = async () => {
  const one = await make()
  const mysql = await openOwn(one.own)
  const other = { ...one, mysql, ...adapters({ mysql, clock: one.clock }) }
  return { one, other, [Symbol.asyncDispose]: mysql[Symbol.asyncDispose] }
}

// Of so many buyers, in as many tables.
const ordersOf = (count: number, set: Partial<Order> = {}): Order[] =>
  Array.from({ length: count }, (_, n) =>
    sampleOrder({ buyerId: String(n + 1), orderId: orderIdOf(String(n + 1), n), ...set }),
  )

const idsOf = (orders: { orderId: string }[]) => orders.map(({ orderId }) => orderId)

const released = async (orders: OrderStore) => idsOf(await orders.readOutbox({ limit: 9999 }))

suite('two processes and their orders', { skip }, () => {
  test('batches that overlap, in any order, write each order once, with one word of it', async () => {
    await using two = await makeTwo()
    const all = ordersOf(300)
    await Promise.all([
      two.one.orders.insert(all.slice(0, 200)),
      two.other.orders.insert(all.slice(100).toReversed()),
      two.other.orders.insert(all.slice(50, 250)),
    ])
    assert.deepEqual(await two.one.orders.read(idsOf(all)), all)
    const changes = await two.one.orderChanges.read({ limit: 999 })
    assert.deepEqual(idsOf(changes).toSorted(), idsOf(all).toSorted())
  })

  test('an order that both cancel is cancelled once', async () => {
    await using two = await makeTwo()
    const all = ordersOf(20)
    await two.one.orders.insert(all)
    const cancel = ({ orders }: { orders: OrderStore }) =>
      Promise.all(
        idsOf(all).map((orderId) => orders.release({ orderId, reason: 'cancelled', nowMs: AT_MS })),
      )
    const answers = (await Promise.all([cancel(two.one), cancel(two.other)])).flat()
    assert.equal(answers.filter(({ changed }) => changed).length, all.length)
    assert(answers.every(({ order }) => order?.status === 'cancelled'))
    assert.deepEqual((await released(two.one.orders)).toSorted(), idsOf(all).toSorted())
  })

  test('two keepers expire each order once, and leave the others none', async () => {
    await using two = await makeTwo()
    const all = ordersOf(400, { payByMs: AT_MS })
    await two.one.orders.insert(all)
    const expireAll = async ({ orders }: { orders: OrderStore }) => {
      const taken: string[] = []
      while ((await orders.readUnits('1')).pending > 0)
        taken.push(...idsOf(await orders.takeExpired({ nowMs: AT_MS, limit: 90 })))
      return taken
    }
    const taken = (await Promise.all([expireAll(two.one), expireAll(two.other)])).flat()
    assert.deepEqual(taken.toSorted(), idsOf(all).toSorted())
    assert.deepEqual((await released(two.one.orders)).toSorted(), taken.toSorted())
  })

  test('a row of the outbox goes, whoever of those it is for is done last', async () => {
    await using two = await makeTwo()
    const { orders, orderChanges, mysql } = two.one
    const all = ordersOf(30)
    await orders.insert(all)
    for (const orderId of idsOf(all))
      await orders.release({ orderId, reason: 'cancelled', nowMs: AT_MS })
    const changes = await orderChanges.read({ limit: 99 })
    await Promise.all([
      ...idsOf(all).map((orderId) => orders.finishOutbox([orderId])),
      ...changes.map(({ changeId }) => two.other.orderChanges.finish([changeId])),
    ])
    for (const [place, database] of mysql.databases.entries())
      assert.deepEqual(await database.query(`select order_id from outbox_0${place}`), [])
  })
})

const pagesOf = async (orders: OrderStore, of: OrderSelection, limit: number) => {
  const found: string[] = []
  let before: string | undefined
  for (;;) {
    const page = idsOf(await orders.list({ of, before, limit }))
    found.push(...page)
    if (page.length < limit) return found
    before = page.at(-1)!
  }
}

suite('orders in many tables', { skip }, () => {
  test('pages are in order and without gaps, however the orders lie', async () => {
    await using setup = await make()
    const { orders } = setup
    const statuses: OrderStatus[] = ['pending', 'paid', 'expired']
    const everywhere = ordersOf(400).map((order, n) => ({ ...order, status: statuses[n % 3]! }))
    // As many again in one table, between the others.
    const buyerId = '7'
    const inOne = everywhere.map((order, n) => ({
      ...order,
      buyerId,
      orderId: orderIdOf(buyerId, 1001 - 2 * n),
    }))
    const all = [...everywhere, ...inOne]
    await orders.insert(all)
    const newest = idsOf(all).toSorted((a, b) => (BigInt(a) < BigInt(b) ? 1 : -1))
    assert.equal(new Set(newest).size, 800)
    const paid = new Set(idsOf(all.filter(({ status }) => status === 'paid')))
    for (const limit of [1000, 300, 70]) {
      assert.deepEqual(await pagesOf(orders, { by: 'all' }, limit), newest)
      assert.deepEqual(await pagesOf(orders, { by: 'sale', saleId: '1' }, limit), newest)
      const of = { by: 'sale', saleId: '1', status: 'paid' } as const
      assert.deepEqual(
        await pagesOf(orders, of, limit),
        newest.filter((orderId) => paid.has(orderId)),
      )
    }
    const { pending, paid: units, expired } = await orders.readUnits('1')
    assert.deepEqual([pending, units, expired], [268, 266, 266])
  })

  test('the oldest of a place that have expired are taken first, however they lie', async () => {
    await using setup = await make()
    const { orders } = setup
    const inOne = Array.from({ length: 60 }, (_, n) => {
      const orderId = orderIdOf('7', n)
      return sampleOrder({ buyerId: '7', orderId, payByMs: AT_MS + n })
    })
    const later = ordersOf(300, { payByMs: AT_MS + 100 })
    await orders.insert([...inOne, ...later])
    const taken = await orders.takeExpired({ nowMs: AT_MS + 200, limit: 60, place: '1' })
    assert.deepEqual(idsOf(taken).toSorted(), idsOf(inOne).toSorted())
  })
})

// One process that has lost the second database, which has the tables of buyers with odd ids.
const makeHalf = async () => {
  const one = await make()
  const mysql = await openOwn(one.own)
  await mysql.databases[1]![Symbol.asyncDispose]()
  return {
    whole: one,
    ...one,
    mysql,
    ...adapters({ mysql, clock: one.clock }),
    [Symbol.asyncDispose]: () => mysql.databases[0]![Symbol.asyncDispose](),
  }
}

const unreachable = (asked: Promise<unknown>) =>
  assert.rejects(asked, { code: 'STORE_UNREACHABLE', place: '1' })

suite('one database of two is down', { skip }, () => {
  test('orders in the other one are written, read and changed', async () => {
    await using setup = await makeHalf()
    const { orders } = setup
    const [odd, even, late] = ordersOf(3) as [Order, Order, Order]
    await orders.insert([even])
    await unreachable(orders.insert([odd, { ...even, orderId: orderIdOf('2', 9) }]))
    assert.deepEqual(await orders.read([even.orderId]), [even])
    assert.deepEqual(await orders.readLive({ saleId: '1', buyerId: '2' }), {
      ...even,
      orderId: orderIdOf('2', 9),
    })
    assert.equal((await orders.list({ of: { by: 'buyer', buyerId: '2' }, limit: 9 })).length, 2)
    const cancel = ({ orderId }: Order) =>
      orders.release({ orderId, reason: 'cancelled', nowMs: AT_MS })
    assert.ok((await cancel(even)).changed)
    await unreachable(cancel(late))
    await unreachable(orders.read([even.orderId, odd.orderId]))
  })

  test('lists and sums, which need all, say that they cannot be had', async () => {
    await using setup = await makeHalf()
    const { orders } = setup
    for (const by of ['all', 'refund-due'] as const)
      await unreachable(orders.list({ of: { by }, limit: 9 }))
    await unreachable(orders.list({ of: { by: 'sale', saleId: '1' }, limit: 9 }))
    await unreachable(orders.readUnits('1'))
  })

  test('what has to be done goes on in the other one, and then the failure is told', async () => {
    await using setup = await makeHalf()
    const { orders, orderChanges } = setup
    await setup.whole.orders.insert(ordersOf(40, { payByMs: AT_MS }))
    const taken = await orders.takeExpired({ nowMs: AT_MS, limit: 99 })
    assert.equal(taken.length, 20)
    await unreachable(orders.takeExpired({ nowMs: AT_MS, limit: 99 }))
    assert.deepEqual((await released(orders)).toSorted(), idsOf(taken).toSorted())
    await orders.finishOutbox(idsOf(taken))
    await unreachable(released(orders))
    const changes = await orderChanges.read({ limit: 99 })
    assert.equal(changes.length, 40, 'written and expired')
    await orderChanges.finish(changes.map(({ changeId }) => changeId))
    await unreachable(orderChanges.read({ limit: 99 }))
    assert.equal((await setup.whole.orders.takeExpired({ nowMs: AT_MS, limit: 99 })).length, 20)
  })
})
