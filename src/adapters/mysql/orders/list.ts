// Pages of orders, newest first: the ids of the page, from all databases that have some, and then the
// orders.

import assert from 'node:assert/strict'
import { type BuyerId, type OrderId, shardOf } from '../../../domain/ids.ts'
import { ORDER_STATUSES } from '../../../domain/order.ts'
import type { OrderPage, OrderSelection, OrderStore } from '../../../ports/order-store.ts'
import { ID_MAX } from '../../sql/columns.ts'
import { orderOf } from '../../sql/order.ts'
import type { Database, Value } from '../database.ts'
import { byOrder } from '../id-order.ts'
import type { Mysql, StoreDeps } from '../mysql.ts'
import { firstOfMany, tablesOf, unionOf } from '../order-tables.ts'
import { ordersTable } from '../table-names.ts'
import { readRows } from './readings.ts'

export const orderList = ({ mysql }: StoreDeps): Pick<OrderStore, 'list'> => ({
  async list(page) {
    for (let tries = 1; ; tries += 1) {
      const ids = newestFirst(await idsOf(mysql, page)).slice(0, page.limit)
      const rows = await readRows(mysql, ids.map(orderIdOf))
      if (rows.length === ids.length) return newestFirst(rows).map(orderOf)
      assert(tries < TRIES_MAX, 'an order that is listed is there')
    }
  },
})

// A page that is not full is the last one, so one of which some were deleted meanwhile is read again.
const TRIES_MAX = 10

const orderIdOf = ({ orderId }: Found) => orderId

const newestFirst = <Row extends Found>(rows: Row[]): Row[] => byOrder(rows).toReversed()

interface Found {
  orderId: OrderId
}

interface At {
  before: OrderId
  limit: number
}

const idsOf = (mysql: Mysql, { of, before = ID_MAX, limit }: OrderPage): Promise<Found[]> => {
  const at = { before, limit }
  switch (of.by) {
    case 'buyer':
      return ofBuyer(mysql, { buyerId: of.buyerId, ...at })
    case 'refund-due':
      return fromAll(mysql, (database) => database.query<Found>(REFUND_DUE, [at.before, at.limit]))
    case 'sale':
    case 'all':
      return fromAll(mysql, (database) =>
        newestOf(database, { tables: tablesOf(mysql, database), parts: partsOf(of), ...at }),
      )
  }
}

const fromAll = async (
  { databases }: Mysql,
  read: (database: Database) => Promise<Found[]>,
): Promise<Found[]> => (await Promise.all(databases.map(read))).flat()

// What of a table there is an index for in the order of ids: all statuses of a sale are a part each.
interface Part {
  sql: (table: string) => string
  values: Value[]
}

const partsOf = (of: OrderSelection & { by: 'sale' | 'all' }): Part[] => {
  if (of.by === 'all') return [{ sql: all, values: [] }]
  const statuses = of.status === undefined ? ORDER_STATUSES : [of.status]
  return statuses.map((status) => ({ sql: bySale, values: [of.saleId, status] }))
}

const bySale = (table: string) => `
  (select order_id
  from ${table} force index (by_sale)
  where sale_id = ? and status = ? and order_id < ?
  order by order_id desc
  limit ?)
`

const all = (table: string) => `
  (select order_id
  from ${table}
  where order_id < ?
  order by order_id desc
  limit ?)
`

const newestIn = (parts: string) => `
  select cast(order_id as char) as orderId
  from (${parts}) as found
  order by order_id desc
  limit ?
`

const newestOf = (
  database: Database,
  { tables, parts, before, limit }: At & { tables: string[]; parts: Part[] },
): Promise<Found[]> => {
  const sql = newestIn(unionOf(tables.flatMap((table) => parts.map((part) => part.sql(table)))))
  const read = (each: number) => {
    const values = parts.flatMap((part) => [...part.values, before, each])
    return database.query<Found>(sql, [...tables.flatMap(() => values), limit])
  }
  return firstOfMany(read, { limit, tables: tables.length })
}

const byBuyer = (table: string) => `
  select cast(order_id as char) as orderId
  from ${table}
  where buyer_id = ? and order_id < ?
  order by order_id desc
  limit ?
`

const ofBuyer = (mysql: Mysql, { buyerId, before, limit }: At & { buyerId: BuyerId }) => {
  const shard = shardOf(buyerId)
  const sql = byBuyer(ordersTable(shard))
  return mysql.ofShard(shard).query<Found>(sql, [buyerId, before, limit])
}

const REFUND_DUE = `
  select cast(order_id as char) as orderId
  from payments
  where status = 'refund-due' and order_id < ?
  group by order_id
  order by order_id desc
  limit ?
`
