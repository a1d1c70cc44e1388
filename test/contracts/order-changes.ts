// What every source of order changes must keep: each change of an order leaves word of itself in its own
// transaction, once, in the order in which they happened, and stays until it is finished.

import assert from 'node:assert/strict'
import type { OrderRelease, OrderStore } from '../../src/ports/order-store.ts'
import type { OrderChange, OrderChanges } from '../../src/ports/order-changes.ts'
import type { Payments } from '../../src/ports/payments.ts'
import type { Webhooks } from '../../src/ports/webhooks.ts'
import { type Claims, contract, type ContractOptions } from './contract.ts'
import { AT_MS, ID_MAX, orderIdOf, sampleEndpoint, sampleOrder } from './samples.ts'

export interface OrderChangesSetup extends AsyncDisposable {
  orders: OrderStore
  orderChanges: OrderChanges
  payments: Payments
  webhooks: Webhooks // with an enabled endpoint, changes are heard
}

export const orderChangesContract = (
  name: string,
  { make, ...options }: ContractOptions<OrderChangesSetup>,
): void => {
  const makeHeard = async () => {
    const setup = await make()
    await setup.webhooks.createEndpoint(sampleEndpoint())
    return setup
  }
  contract(`order changes: ${name}`, { make: makeHeard, ...options }, claims)
}

const ORDER = orderIdOf('1')
const PAYMENT = orderIdOf('1', 100)
const FULL_REFUND = { orderId: ORDER, reason: 'refunded', nowMs: AT_MS + 60 } as const

const pay = async ({ payments }: OrderChangesSetup, amount = 9900) => {
  const started = { paymentId: PAYMENT, orderId: ORDER, buyerId: '1', provider: 'test' }
  await payments.start({ ...started, nowMs: AT_MS + 10 })
  const event = { eventId: 'one', type: 'payment.succeeded', paymentId: PAYMENT } as const
  await payments.receive({ ...event, amount, currency: 'CNY' }, AT_MS + 50)
}

const changesNow = async ({ orderChanges }: OrderChangesSetup) =>
  (await orderChanges.read({ limit: 99 })).map(({ orderId, change, paymentId, atMs }) =>
    [orderId, change, ...(paymentId === undefined ? [] : [paymentId]), atMs - AT_MS].join(' '),
  )

const finishAll = async ({ orderChanges }: OrderChangesSetup) => {
  const all = await orderChanges.read({ limit: 99 })
  await orderChanges.finish(all.map(({ changeId }) => changeId))
}

const claims: Claims<OrderChangesSetup> = {
  'an order that is written leaves word of its status, once': async (setup) => {
    const { orders, orderChanges } = setup
    await orders.insert([
      sampleOrder({ buyerId: '1', saleId: '7', changedAtMs: AT_MS + 1 }),
      sampleOrder({ buyerId: '2', status: 'rejected', changedAtMs: AT_MS + 2 }),
    ])
    await orders.insert([sampleOrder({ buyerId: '1' }), sampleOrder({ buyerId: '3' })])
    const changes = await orderChanges.read({ limit: 99 })
    const inOrder = changes.toSorted((one, other) => one.orderId.localeCompare(other.orderId))
    assert.deepEqual(
      inOrder.map((change) => ({ ...change, changeId: '' })),
      [
        { orderId: orderIdOf('1'), saleId: '7', buyerId: '1', change: 'pending', atMs: AT_MS + 1 },
        { orderId: orderIdOf('2'), saleId: '1', buyerId: '2', change: 'rejected', atMs: AT_MS + 2 },
        { orderId: orderIdOf('3'), saleId: '1', buyerId: '3', change: 'pending', atMs: AT_MS },
      ].map((change) => ({ changeId: '', ...change, paymentId: undefined })),
    )
  },

  'a cancelled and an expired order leave word, one that was not changed leaves none': async (
    setup,
  ) => {
    const { orders } = setup
    const payByMs = AT_MS + 20
    await orders.insert(['1', '2'].map((buyerId) => sampleOrder({ buyerId, payByMs })))
    await finishAll(setup)
    const cancel: OrderRelease = { orderId: ORDER, reason: 'cancelled', nowMs: AT_MS + 5 }
    await orders.release(cancel)
    await orders.release(cancel)
    await orders.takeExpired({ nowMs: AT_MS + 20, limit: 9 })
    await orders.takeExpired({ nowMs: AT_MS + 21, limit: 9 })
    const words = [`${ORDER} cancelled 5`, `${orderIdOf('2')} expired 20`]
    assert.deepEqual((await changesNow(setup)).toSorted(), words)
  },

  'an order is told of from its writing to its refund, in this order': async (setup) => {
    await setup.orders.insert([sampleOrder({ buyerId: '1' })])
    await pay(setup)
    await setup.orders.release(FULL_REFUND)
    const refund = { paymentId: PAYMENT, nowMs: AT_MS + 70 }
    await setup.payments.finishRefund(refund)
    await setup.payments.finishRefund(refund)
    assert.deepEqual(await changesNow(setup), [
      `${ORDER} pending 0`,
      `${ORDER} paid 50`,
      `${ORDER} refund-due ${PAYMENT} 60`,
      `${ORDER} refunded ${PAYMENT} 70`,
    ])
  },

  'money that bought nothing is told of, and told of once': async (setup) => {
    await setup.orders.insert([sampleOrder({ buyerId: '1' })])
    await pay(setup, 1)
    await setup.payments.receive(
      {
        eventId: 'two',
        type: 'payment.succeeded',
        paymentId: PAYMENT,
        amount: 9900,
        currency: 'CNY',
      },
      AT_MS + 55,
    )
    const words = [`${ORDER} pending 0`, `${ORDER} refund-due ${PAYMENT} 50`]
    assert.deepEqual(await changesNow(setup), words)
  },

  'a refunded order for which no money came is refunded at once': async (setup) => {
    await setup.orders.insert([sampleOrder({ buyerId: '1', status: 'paid' })])
    await setup.orders.release(FULL_REFUND)
    assert.deepEqual(await changesNow(setup), [`${ORDER} paid 0`, `${ORDER} refunded 60`])
  },

  'a payment that failed, or that only started, is no change of the order': async (setup) => {
    await setup.orders.insert([sampleOrder({ buyerId: '1' })])
    const started = { paymentId: PAYMENT, orderId: ORDER, buyerId: '1', provider: 'test' }
    await setup.payments.start({ ...started, nowMs: AT_MS })
    const failed = { eventId: 'one', type: 'payment.failed', paymentId: PAYMENT } as const
    await setup.payments.receive({ ...failed, amount: 9900, currency: 'CNY' }, AT_MS)
    assert.deepEqual(await changesNow(setup), [`${ORDER} pending 0`])
  },

  'a change stays until it is finished, and its release until the ledger is told': async (
    setup,
  ) => {
    const { orders, orderChanges } = setup
    await orders.insert([sampleOrder({ buyerId: '1' })])
    await finishAll(setup)
    await orders.release({ orderId: ORDER, reason: 'cancelled', nowMs: AT_MS })
    const [change] = await orderChanges.read({ limit: 9 })
    await finishAll(setup)
    assert.deepEqual(await orderChanges.read({ limit: 9 }), [])
    assert.equal((await orders.readOutbox({ limit: 9 })).length, 1, 'the ledger is still owed')
    await orders.finishOutbox([ORDER])
    await orderChanges.finish([change!.changeId])
    assert.deepEqual(await orders.readOutbox({ limit: 9 }), [])
  },

  'what the ledger was told of first is still told to others': async (setup) => {
    const { orders } = setup
    await orders.insert([sampleOrder({ buyerId: '1' })])
    await finishAll(setup)
    await orders.release({ orderId: ORDER, reason: 'cancelled', nowMs: AT_MS })
    await orders.finishOutbox([ORDER])
    assert.deepEqual(await orders.readOutbox({ limit: 9 }), [])
    assert.deepEqual(await changesNow(setup), [`${ORDER} cancelled 0`])
  },

  'changes of one order keep their order over pages': async (setup) => {
    await setup.orders.insert([sampleOrder({ buyerId: '1' }), sampleOrder({ buyerId: '2' })])
    await pay(setup)
    const seen: OrderChange[] = []
    for (;;) {
      const page = await setup.orderChanges.read({ limit: 1 })
      if (page.length === 0) break
      seen.push(...page)
      await setup.orderChanges.finish(page.map(({ changeId }) => changeId))
    }
    const ofOne = seen.filter(({ orderId }) => orderId === ORDER).map(({ change }) => change)
    assert.deepEqual([ofOne, seen.length], [['pending', 'paid'], 3])
  },

  'ids are letters, digits and hyphens, and the largest there are go through': async (setup) => {
    await setup.orders.insert([sampleOrder({ buyerId: ID_MAX, orderId: ID_MAX, saleId: ID_MAX })])
    const [change] = await setup.orderChanges.read({ limit: 9 })
    const { orderId, saleId, buyerId } = change!
    assert.deepEqual([orderId, saleId, buyerId], [ID_MAX, ID_MAX, ID_MAX])
    assert.match(change!.changeId, /^[a-zA-Z0-9-]{1,40}$/)
  },
}
