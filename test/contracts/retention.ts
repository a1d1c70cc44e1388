// What every retention must keep: what is over goes, what is not stays, never more than asked for, and
// the books of a sale add up while its orders go.

import assert from 'node:assert/strict'
import { FORGOTTEN_KINDS, type Retention } from '../../src/ports/retention.ts'
import type { OrderStore } from '../../src/ports/order-store.ts'
import { type Claims, contract, type ContractOptions, type TestTime } from './contract.ts'
import { booksOf, createSale, type LedgerSetup } from './ledger-steps.ts'
import { AT_MS, orderIdOf, sampleMessage, sampleOrder } from './samples.ts'

export interface RetentionSetup extends LedgerSetup {
  retention: Retention
  orders: OrderStore
  time: TestTime
  // Rows of each kind that were over at these instants, of a sale and a buyer of their own.
  rowsOverAt(instants: number[]): Promise<void>
  countRows(): Promise<Record<(typeof FORGOTTEN_KINDS)[number], number>>
  owe(orderId: string): Promise<void> // a payment of this order is owed back
}

export const retentionContract = (name: string, options: ContractOptions<RetentionSetup>): void =>
  contract(`retention: ${name}`, options, { ...rowClaims, ...saleClaims })

const rowClaims: Claims<RetentionSetup> = Object.fromEntries(
  FORGOTTEN_KINDS.map((kind) => [
    `${kind} that are over go, at most as many as asked for, and the others stay`,
    async ({ retention, rowsOverAt, countRows }: RetentionSetup) => {
      await rowsOverAt([AT_MS - 3, AT_MS - 2, AT_MS - 1, AT_MS, AT_MS + 1])
      const before = await countRows()
      const at = { kind, beforeMs: AT_MS, limit: 2 }
      assert.deepEqual([await retention.forget(at), await retention.forget(at)], [2, 1])
      assert.equal(await retention.forget(at), 0)
      assert.deepEqual(await countRows(), { ...before, [kind]: before[kind] - 3 })
    },
  ]),
)

const BY = { by: 'keeper' }

// A sale of 10 units that has left the engine, with this many live orders, one released, one rejected.
const oldSale = async (setup: RetentionSetup, live: number): Promise<string> => {
  const saleId = await createSale(setup, { stock: 10 })
  const buyers = Array.from({ length: live + 1 }, (_, at) => String(at + 1))
  const all = buyers.map((buyerId) => sampleMessage({ buyerId, saleId }))
  await setup.ledger.decide([...all, sampleMessage({ buyerId: '99', saleId, units: 20 })])
  const paid = buyers.map((buyerId) => sampleOrder({ buyerId, saleId, status: 'paid' }))
  await setup.orders.insert(paid)
  const change = { orderId: orderIdOf(buyers.at(-1)!), reason: 'refunded', nowMs: AT_MS } as const
  await setup.orders.release(change)
  await setup.ledger.release([change])
  await setup.orders.finishOutbox([change.orderId])
  const set = { leftEngineAtMs: AT_MS }
  await setup.catalog.changeSale({ saleId, set, by: 'keeper', reason: '' })
  return saleId
}

const saleClaims: Claims<RetentionSetup> = {
  'a sale is old when it left the engine before, not before that': async (setup) => {
    const saleId = await oldSale(setup, 1)
    const { retention } = setup
    assert.equal(await retention.takeOldSale({ beforeMs: AT_MS, ...BY }), undefined)
    assert.equal(await retention.takeOldSale({ beforeMs: AT_MS + 1, ...BY }), saleId)
  },

  'a sale in the engine is never old': async (setup) => {
    await createSale(setup, { stock: 10 })
    const found = await setup.retention.takeOldSale({ beforeMs: Infinity, ...BY })
    assert.equal(found, undefined)
  },

  'a sale whose units are still on their way back is not old': async (setup) => {
    await oldSale(setup, 1)
    const change = { orderId: orderIdOf('1'), reason: 'refunded', nowMs: AT_MS } as const
    await setup.orders.release(change)
    const at = { beforeMs: AT_MS + 1, ...BY }
    assert.equal(await setup.retention.takeOldSale(at), undefined)
    await setup.ledger.release([change])
    await setup.orders.finishOutbox([change.orderId])
    assert.notEqual(await setup.retention.takeOldSale(at), undefined)
  },

  'a sale that owes somebody money is not old': async (setup) => {
    await oldSale(setup, 1)
    await setup.owe(orderIdOf('1'))
    const found = await setup.retention.takeOldSale({ beforeMs: AT_MS + 1, ...BY })
    assert.equal(found, undefined)
  },

  'nobody finds an old sale that was taken, and it is taken again until it is gone': async (
    setup,
  ) => {
    const saleId = await oldSale(setup, 1)
    const { catalog, retention } = setup
    const take = () => retention.takeOldSale({ beforeMs: AT_MS + 1, ...BY })
    assert.deepEqual([await take(), await take()], [saleId, saleId])
    assert.equal(await catalog.readSale(saleId), undefined)
    await retention.forgetOrders({ saleId, limit: 100 })
    await retention.forgetSale(saleId)
    assert.equal(await take(), undefined)
  },

  'the books add up after every batch of orders': async (setup) => {
    const saleId = await oldSale(setup, 4)
    const { orders, retention } = setup
    const addUp = async () => {
      const { live } = await booksOf(setup, saleId) // and total = available + live
      const units = await orders.readUnits(saleId)
      assert.equal(units.pending + units.paid, live)
      return live
    }
    assert.equal(await addUp(), 4)
    const seen: number[] = []
    for (;;) {
      const gone = await retention.forgetOrders({ saleId, limit: 2 })
      await addUp()
      if (gone === 0) break
      seen.push(gone)
    }
    assert.deepEqual(seen, [2, 2, 2])
    assert.deepEqual(await orders.read([orderIdOf('1'), orderIdOf('5')]), [undefined, undefined])
    assert.equal((await setup.ledger.readEntries([orderIdOf('1')])).size, 0)
    await retention.forgetSale(saleId)
    assert.equal(await setup.ledger.readBooks(saleId), undefined)
  },

  'a sale that still has orders is not forgotten': async (setup) => {
    const saleId = await oldSale(setup, 1)
    assert.equal(await setup.retention.forgetSale(saleId), false)
    await setup.retention.forgetOrders({ saleId, limit: 100 })
    assert.equal(await setup.retention.forgetSale(saleId), true)
  },

  'an order for which money came to be owed after its sale was taken stays, and so does the sale':
    async (setup) => {
      const saleId = await oldSale(setup, 2)
      const { ledger, orders, retention } = setup
      const at = { beforeMs: AT_MS + 1, ...BY }
      assert.equal(await retention.takeOldSale(at), saleId)
      await setup.owe(orderIdOf('1'))
      await retention.forgetOrders({ saleId, limit: 100 })
      const [owed, other] = await orders.read([orderIdOf('1'), orderIdOf('2')])
      assert.deepEqual([owed?.orderId, other], [orderIdOf('1'), undefined])
      assert.equal((await ledger.readEntries([orderIdOf('1')])).size, 1)
      assert.equal((await booksOf(setup, saleId)).live, 1)
      assert.equal(await retention.forgetSale(saleId), false)
      assert.equal(await retention.takeOldSale(at), undefined, 'not before the money is given back')
    },

  'orders of another sale stay': async (setup) => {
    const saleId = await oldSale(setup, 1)
    const other = await createSale(setup, { stock: 1 })
    const message = sampleMessage({ buyerId: '7', saleId: other, orderId: orderIdOf('7', 9) })
    await setup.ledger.decide([message])
    await setup.retention.forgetOrders({ saleId, limit: 100 })
    await setup.retention.forgetSale(saleId)
    assert.equal((await booksOf(setup, other)).live, 1)
  },
}
