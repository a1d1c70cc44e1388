// Orders that many buyers watch at once, before they are in the store.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readOrders } from '../../src/flows/orders/read.ts'
import { makeSqlite } from '../adapters/sqlite-setup.ts'
import { orderIdOf, sampleOrder, sampleProduct, sampleSale } from '../contracts/samples.ts'

// The engine holds an order of each buyer with an even id.
const makeHeld = async () => {
  const sqlite = await makeSqlite()
  const calls: string[] = []
  const orders: typeof sqlite.orders = {
    ...sqlite.orders,
    read: (orderIds) => {
      calls.push(`orders.read ${orderIds.length}`)
      return sqlite.orders.read(orderIds)
    },
  }
  const stock: typeof sqlite.stock = {
    ...sqlite.stock,
    async readBuyers({ saleId, buyerIds }) {
      calls.push(`stock.readBuyers ${buyerIds.length} of sale ${saleId}`)
      return buyerIds.map((buyerId) => {
        if (Number(buyerId) % 2 === 1) return undefined
        const orderId = orderIdOf(buyerId)
        return { buyerId, orderId, units: 1, stockTokens: [], inTransit: true }
      })
    },
  }
  const { productId } = await sqlite.catalog.createProduct(sampleProduct, 'test')
  const { saleId } = await sqlite.catalog.createSale(sampleSale({ productId }), 'test')
  const sale = (await sqlite.catalog.readSale(saleId))!
  return { ...sqlite, orders, stock, calls, sale }
}

const keyOf = (buyerId: string) => ({ buyerId, orderId: orderIdOf(buyerId) })

test('orders that are not stored yet are looked for together, not one by one', async () => {
  await using held = await makeHeld()
  const { sale, calls } = held
  const keys = Array.from({ length: 20 }, (_, n) => ({ ...keyOf(String(n + 1)), sale }))
  await held.orders.insert([sampleOrder({ buyerId: '1', saleId: sale.saleId })])
  const seen = await readOrders(held, keys)
  const statuses = seen.map((one) => (one === 'rebuilding' ? one : one?.order.status))
  const even = Array.from({ length: 10 }, (_, n) => [n === 0 ? 'pending' : undefined, 'in-transit'])
  assert.deepEqual(statuses, even.flat())
  assert.deepEqual(calls, [
    'orders.read 20',
    `stock.readBuyers 19 of sale ${sale.saleId}`,
    'orders.read 9',
  ])
})

test('one who names the order of another buyer is not shown it', async () => {
  await using held = await makeHeld()
  const { sale } = held
  const own = { ...keyOf('2'), sale }
  const [owner, others] = await readOrders(held, [own, { ...own, buyerId: '4' }])
  assert(typeof owner === 'object' && owner.order.status === 'in-transit')
  assert.equal(others, undefined)
})
