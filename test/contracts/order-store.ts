// What every store of orders must keep: an order is written once, and of two that would change it one
// wins.

import assert from 'node:assert/strict'
import { ORDER_STATUSES, type ReleaseReason } from '../../src/domain/order.ts'
import type { AuditLog } from '../../src/ports/audit-log.ts'
import type { OrderSelection, OrderStore } from '../../src/ports/order-store.ts'
import { type Claims, contract, type ContractOptions } from './contract.ts'
import { AT_MS, ID_MAX, orderIdOf, sampleOrder } from './samples.ts'

export interface OrderStoreSetup extends AsyncDisposable {
  orders: OrderStore
  auditLog: AuditLog // of the same store: an operator's change is in it
}

export const orderStoreContract = (name: string, options: ContractOptions<OrderStoreSetup>): void =>
  contract(`order store: ${name}`, options, {
    ...readingClaims,
    ...listClaims,
    ...releaseClaims,
  })

const release = (
  orders: OrderStore,
  buyerId: string,
  { reason = 'cancelled', nowMs = AT_MS + 5 }: { reason?: ReleaseReason; nowMs?: number } = {},
) => orders.release({ orderId: orderIdOf(buyerId), reason, nowMs })

const readingClaims: Claims<OrderStoreSetup> = {
  'an order is read as it was written': async ({ orders }) => {
    const full = sampleOrder({
      buyerId: ID_MAX,
      orderId: ID_MAX,
      saleId: ID_MAX,
      units: 3,
      price: 123_456_789_012,
      currency: 'EUR',
      status: 'rejected',
      stockTokens: ['a', 'b "c"'],
      changedAtMs: AT_MS + 7,
    })
    await orders.insert([full])
    assert.deepEqual(await orders.read([ID_MAX]), [full])
  },

  'an order that exists is left as it is': async ({ orders }) => {
    await orders.insert([sampleOrder({ buyerId: '1' })])
    await release(orders, '1')
    await orders.insert([sampleOrder({ buyerId: '1' }), sampleOrder({ buyerId: '2' })])
    const [one, two] = await orders.read([orderIdOf('1'), orderIdOf('2')])
    assert.deepEqual([one?.status, two?.status], ['cancelled', 'pending'])
  },

  'orders are read in the order asked': async ({ orders }) => {
    await orders.insert(['1', '2'].map((buyerId) => sampleOrder({ buyerId })))
    const found = await orders.read(['2', '3', '1'].map((id) => orderIdOf(id)))
    assert.deepEqual(
      found.map((order) => order?.buyerId),
      ['2', undefined, '1'],
    )
  },

  'the live order of a buyer is the pending or paid one of that sale': async ({ orders }) => {
    const order = (n: number, status: (typeof ORDER_STATUSES)[number], saleId = '1') =>
      sampleOrder({ buyerId: '1', orderId: orderIdOf('1', n), status, saleId })
    await orders.insert([order(1, 'cancelled'), order(2, 'rejected'), order(3, 'pending', '2')])
    assert.equal(await orders.readLive({ saleId: '1', buyerId: '1' }), undefined)
    await orders.insert([order(4, 'paid'), order(5, 'expired')])
    assert.deepEqual(await orders.readLive({ saleId: '1', buyerId: '1' }), order(4, 'paid'))
    assert.equal(await orders.readLive({ saleId: '1', buyerId: '2' }), undefined)
  },

  'units are counted by status, for one sale': async ({ orders }) => {
    await orders.insert([
      sampleOrder({ buyerId: '1', units: 2 }),
      sampleOrder({ buyerId: '2', units: 3 }),
      sampleOrder({ buyerId: '3', status: 'rejected', units: 4 }),
      sampleOrder({ buyerId: '4', saleId: '2', units: 9 }),
    ])
    await release(orders, '2', { reason: 'expired' })
    assert.deepEqual(await orders.readUnits('1'), {
      pending: 2,
      paid: 0,
      cancelled: 0,
      expired: 3,
      refunded: 0,
      rejected: 4,
    })
  },
}

const listClaims: Claims<OrderStoreSetup> = {
  'orders are listed newest first, page by page': async ({ orders }) => {
    const statuses = ORDER_STATUSES.concat(ORDER_STATUSES)
    const all = statuses.map((status, n) =>
      sampleOrder({ buyerId: '1', orderId: orderIdOf('1', n), status, units: 1 + (n % 3) }),
    )
    const others = sampleOrder({ buyerId: '2', orderId: orderIdOf('2', 5), saleId: '2' })
    await orders.insert([...all, others])
    const pages = async (of: OrderSelection) => {
      const found = []
      let before: string | undefined
      for (;;) {
        const page = await orders.list({ of, before, limit: 5 })
        found.push(...page)
        if (page.length < 5) return found
        before = page.at(-1)!.orderId
      }
    }
    const newest = all.toReversed()
    assert.deepEqual(await pages({ by: 'sale', saleId: '1' }), newest)
    assert.deepEqual(await pages({ by: 'buyer', buyerId: '1' }), newest)
    assert.equal((await pages({ by: 'all' })).length, all.length + 1)
    assert.deepEqual(await pages({ by: 'sale', saleId: '2' }), [others])
    const paid = newest.filter(({ status }) => status === 'paid')
    assert.deepEqual(await pages({ by: 'sale', saleId: '1', status: 'paid' }), paid)
    assert.deepEqual(await pages({ by: 'buyer', buyerId: '3' }), [])
    assert.deepEqual(await pages({ by: 'refund-due' }), [])
  },
}

const releaseClaims: Claims<OrderStoreSetup> = {
  'a release changes a pending order and leaves word for the ledger': async ({ orders }) => {
    const pending = sampleOrder({ buyerId: '1' })
    await orders.insert([pending])
    const order = { ...pending, status: 'cancelled', changedAtMs: AT_MS + 5 }
    assert.deepEqual(await release(orders, '1'), { changed: true, order })
    assert.deepEqual(await orders.read([pending.orderId]), [order])
    const word = { orderId: pending.orderId, saleId: '1', buyerId: '1', reason: 'cancelled' }
    assert.deepEqual(await orders.readOutbox({ limit: 9 }), [word])
  },

  'each reason releases from its own status only': async ({ orders }) => {
    for (const [n, status] of ORDER_STATUSES.entries())
      await orders.insert([sampleOrder({ buyerId: String(n + 1), status })])
    const changedBy = async (reason: ReleaseReason) => {
      const changed = []
      for (const [n, status] of ORDER_STATUSES.entries())
        if ((await release(orders, String(n + 1), { reason })).changed) changed.push(status)
      return changed
    }
    assert.deepEqual(await changedBy('refunded'), ['paid'])
    assert.deepEqual(await changedBy('expired'), ['pending'])
    assert.deepEqual(await changedBy('cancelled'), [])
  },

  'an operator’s release is in the audit log, once': async ({ auditLog, orders }) => {
    await orders.insert([sampleOrder({ buyerId: '1' })])
    const operator = { by: 'test', reason: 'asked by telephone' }
    const change = { orderId: orderIdOf('1'), reason: 'cancelled', nowMs: AT_MS + 5 } as const
    await orders.release({ ...change, operator })
    await orders.release({ ...change, operator })
    const entries = await auditLog.list({ limit: 9 })
    const said = entries.map(({ by, change: what, subject, reason }) => [by, what, subject, reason])
    assert.deepEqual(said, [
      ['test', 'cancel-order', `order ${orderIdOf('1')}`, 'asked by telephone'],
    ])
  },

  'of two releases at once one wins, and the other is told': async ({ orders }) => {
    await orders.insert([sampleOrder({ buyerId: '1' })])
    const answers = await Promise.all([
      release(orders, '1', { reason: 'cancelled' }),
      release(orders, '1', { reason: 'expired' }),
    ])
    const [winner, ...others] = answers.filter(({ changed }) => changed)
    assert(winner && others.length === 0)
    const [order] = await orders.read([orderIdOf('1')])
    assert(answers.some((answer) => !answer.changed && answer.order?.status === order?.status))
    assert.equal((await orders.readOutbox({ limit: 9 })).length, 1)
  },

  'pending orders past their payBy are expired, the oldest first, with word for the ledger':
    async ({ orders }) => {
      // All in one place.
      await orders.insert([
        sampleOrder({ buyerId: '2', payByMs: AT_MS + 30 }),
        sampleOrder({ buyerId: '4', payByMs: AT_MS + 10 }),
        sampleOrder({ buyerId: '6', payByMs: AT_MS + 20, saleId: '2' }),
        sampleOrder({ buyerId: '8', payByMs: AT_MS + 10, status: 'paid' }),
      ])
      const word = (buyerId: string, saleId: string) =>
        ({ orderId: orderIdOf(buyerId), saleId, buyerId, reason: 'expired' }) as const
      assert.deepEqual(await orders.takeExpired({ nowMs: AT_MS + 9, limit: 9 }), [])
      assert.deepEqual(await orders.takeExpired({ nowMs: AT_MS + 20, limit: 1 }), [word('4', '1')])
      assert.deepEqual(await orders.takeExpired({ nowMs: AT_MS + 20, limit: 9 }), [word('6', '2')])
      assert.deepEqual(await orders.takeExpired({ nowMs: AT_MS + 29, limit: 9 }), [])
      const found = await orders.read(['2', '4', '6', '8'].map((buyerId) => orderIdOf(buyerId)))
      const seen = found.map((order) => [order?.status, order!.changedAtMs - AT_MS])
      assert.deepEqual(seen, [
        ['pending', 0],
        ['expired', 20],
        ['expired', 20],
        ['paid', 0],
      ])
      const words = await orders.readOutbox({ limit: 9 })
      const inOrder = words.toSorted((one, other) => one.buyerId.localeCompare(other.buyerId))
      assert.deepEqual(inOrder, [word('4', '1'), word('6', '2')])
    },

  'two who expire at once never take one order twice': async ({ orders }) => {
    const buyers = Array.from({ length: 20 }, (_, at) => String(at + 1))
    await orders.insert(buyers.map((buyerId) => sampleOrder({ buyerId, payByMs: AT_MS })))
    const take = () => orders.takeExpired({ nowMs: AT_MS, limit: 15 })
    const taken = [...(await Promise.all([take(), take()])), await take()].flat()
    assert.deepEqual(
      taken.map(({ orderId }) => orderId).toSorted(),
      buyers.map((id) => orderIdOf(id)).toSorted(),
    )
  },

  'an order that does not exist is not released': async ({ orders }) => {
    assert.deepEqual(await release(orders, '1'), { changed: false, order: undefined })
    assert.deepEqual(await orders.readOutbox({ limit: 9 }), [])
  },

  'word for the ledger waits until it is finished, the oldest first': async ({ orders }) => {
    const ids = [1, 2, 3].map((n) => orderIdOf('1', n))
    await orders.insert(ids.map((orderId) => sampleOrder({ buyerId: '1', orderId })))
    for (const orderId of ids) await orders.release({ orderId, reason: 'expired', nowMs: AT_MS })
    const waiting = async (limit: number) =>
      (await orders.readOutbox({ limit })).map(({ orderId }) => orderId)
    assert.deepEqual(await waiting(2), ids.slice(0, 2))
    await orders.finishOutbox([ids[0]!, ids[2]!])
    await orders.finishOutbox([ids[0]!])
    assert.deepEqual(await waiting(9), [ids[1]])
  },
}
