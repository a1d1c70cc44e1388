// Orders by their ids, the live one of a buyer, and the units of a sale.

import { type OrderId, type SaleId, shardOf } from '../../../domain/ids.ts'
import { ORDER_STATUSES, type OrderStatus } from '../../../domain/order.ts'
import type { OrderStore } from '../../../ports/order-store.ts'
import { orderOf, type OrderRow } from '../../sql/order.ts'
import type { Database } from '../database.ts'
import type { Mysql, StoreDeps } from '../mysql.ts'
import { byDatabase, byTable, tablesOf, unionOf } from '../order-tables.ts'
import { ordersTable } from '../table-names.ts'
import { ordersIn } from './order-rows.ts'

type Readings = Pick<OrderStore, 'read' | 'readLive' | 'readUnits'>

export const orderReadings = ({ mysql }: StoreDeps): Readings => ({
  async read(orderIds) {
    const rows = await readRows(mysql, orderIds)
    const found = new Map(rows.map((row) => [row.orderId, orderOf(row)]))
    return orderIds.map((orderId) => found.get(orderId))
  },

  async readLive({ saleId, buyerId }) {
    const shard = shardOf(buyerId)
    const sql = liveIn(ordersTable(shard))
    const [row] = await mysql.ofShard(shard).query<OrderRow>(sql, [buyerId, saleId])
    return row && orderOf(row)
  },

  async readUnits(saleId) {
    const readings = mysql.databases.map((database) =>
      readUnits(database, { saleId, tables: tablesOf(mysql, database) }),
    )
    const sums = Object.fromEntries(ORDER_STATUSES.map((status) => [status, 0]))
    for (const { status, units } of (await Promise.all(readings)).flat()) sums[status]! += units
    return sums as Record<OrderStatus, number>
  },
})

const byIdsIn = (table: string) => `${ordersIn(table)}
  where order_id in (?)
`

// In no order.
export const readRows = async (mysql: Mysql, orderIds: OrderId[]): Promise<OrderRow[]> => {
  const readings = byDatabase(mysql, orderIds, itself).map(([database, own]) => {
    const tables = byTable(own, itself)
    return database.query<OrderRow>(
      unionOf(tables.map(([table]) => byIdsIn(table))),
      tables.map(([, ids]) => ids),
    )
  })
  return (await Promise.all(readings)).flat()
}

const itself = (orderId: OrderId) => orderId

const liveIn = (table: string) => `${ordersIn(table)}
  where buyer_id = ?
  and sale_id = ?
  and status in ('pending', 'paid')
  order by order_id desc
  limit 1
`

const unitsIn = (table: string) => `
  select status, sum(units) as units
  from ${table}
  where sale_id = ?
  group by status
`

const sumOf = (branches: string) => `
  select status, cast(sum(units) as signed) as units
  from (${branches}) as parts
  group by status
`

const readUnits = (database: Database, { saleId, tables }: { saleId: SaleId; tables: string[] }) =>
  database.query<{ status: OrderStatus; units: number }>(
    sumOf(unionOf(tables.map(unitsIn))),
    tables.map(() => saleId),
  )
