// Writes decided orders: per database one transaction, one statement per table and one for the word that
// they leave. Nobody looks first whether an order is there: if all rows went in, all of them are new, and
// otherwise nothing is kept, those that are there are looked for, and the others go in. Since an order and
// its word are one transaction, one that is seen there has left its word.

import type { OrderId } from '../../../domain/ids.ts'
import type { Order } from '../../../domain/order.ts'
import type { OrderStore } from '../../../ports/order-store.ts'
import { tokensText } from '../../sql/columns.ts'
import { atOnce } from '../at-once.ts'
import type { Database, Value } from '../database.ts'
import { byOrder } from '../id-order.ts'
import type { StoreDeps } from '../mysql.ts'
import { byDatabase, byTable, unionOf } from '../order-tables.ts'
import { leaveWord } from '../rows/order-changes.ts'

export const insertingOrders = ({ mysql }: StoreDeps): Pick<OrderStore, 'insert'> => ({
  async insert(orders) {
    const parts = byDatabase(mysql, orders, orderIdOf)
    await atOnce(parts.map(([database, own]) => insertAll(database, byOrder(firstOfEach(own)))))
  },
})

const orderIdOf = ({ orderId }: Order) => orderId

const firstOfEach = (orders: Order[]): Order[] =>
  [...Map.groupBy(orders, orderIdOf).values()].map(([first]) => first!)

const insertAll = async (database: Database, orders: Order[]): Promise<void> => {
  let rest = orders
  while (!(await insertNew(database, rest))) {
    const known = await readKnown(database, rest)
    rest = rest.filter(({ orderId }) => !known.has(orderId))
  }
}

class SomeAreThere extends Error {}

const insertNew = async (database: Database, orders: Order[]): Promise<boolean> => {
  if (orders.length === 0) return true
  try {
    await database.write(async (transaction) => {
      for (const [table, own] of byTable(orders, orderIdOf)) {
        const inserted = await transaction.change(insertInto(table), [own.map(valuesOf)])
        if (inserted < own.length) throw new SomeAreThere()
      }
      const words = orders.map(({ status, changedAtMs, ...order }) => ({
        ...order,
        change: status,
        nowMs: changedAtMs,
      }))
      await leaveWord(transaction, database, words)
    })
    return true
  } catch (error) {
    if (error instanceof SomeAreThere) return false
    throw error
  }
}

const insertInto = (table: string) => `
  insert into ${table} (
    order_id, sale_id, buyer_id, units, price, currency, status, stock_tokens,
    created_at, pay_by, changed_at)
  values ?
  on duplicate key update order_id = order_id
`

const valuesOf = (order: Order): Value[] => [
  order.orderId,
  order.saleId,
  order.buyerId,
  order.units,
  order.price,
  order.currency,
  order.status,
  tokensText(order.stockTokens),
  order.createdAtMs,
  order.payByMs,
  order.changedAtMs,
]

const knownIn = (table: string) => `
  select cast(order_id as char) as orderId
  from ${table}
  where order_id in (?)
`

const readKnown = async (database: Database, orders: Order[]): Promise<Set<OrderId>> => {
  const tables = byTable(orders.map(orderIdOf), (orderId) => orderId)
  const rows = await database.query<{ orderId: OrderId }>(
    unionOf(tables.map(([table]) => knownIn(table))),
    tables.map(([, orderIds]) => orderIds),
  )
  return new Set(rows.map(({ orderId }) => orderId))
}
