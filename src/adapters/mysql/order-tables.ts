// Where orders are: an order's id says in which table, and the table's number in which database. Of
// reads over many tables a database is asked once, by a union of all that are concerned.

import { type OrderId, readOrderId } from '../../domain/ids.ts'
import type { OrderPlaces } from '../../ports/order-store.ts'
import type { Database } from './database.ts'
import { type Mysql, shardsAt } from './mysql.ts'
import { ordersTable } from './table-names.ts'

// Payments carry the shard of their order, so their ids will do as well.
export const databaseOf = (mysql: Mysql, id: OrderId): Database =>
  mysql.ofShard(readOrderId(id).shard)

// Places have the numbers of their databases; without one, all of them.
export const databasesAt = ({ databases }: Mysql, place: string | undefined): Database[] =>
  place === undefined ? databases : databases.filter((database) => String(database.place) === place)

export const orderPlaces = (mysql: Mysql): OrderPlaces => ({
  names: mysql.databases.map(({ place }) => String(place)),
  of: (orderId) => String(databaseOf(mysql, orderId).place),
})

export const tableOf = (id: OrderId): string => ordersTable(readOrderId(id).shard)

export const byDatabase = <Row>(
  mysql: Mysql,
  rows: Row[],
  idOf: (row: Row) => OrderId,
): [Database, Row[]][] => [...Map.groupBy(rows, (row) => databaseOf(mysql, idOf(row)))]

// The tables in the order of their numbers, for whoever locks their rows.
export const byTable = <Row>(rows: Row[], idOf: (row: Row) => OrderId): [string, Row[]][] =>
  [...Map.groupBy(rows, (row) => tableOf(idOf(row)))].toSorted(([a], [b]) => (a < b ? -1 : 1))

export const tablesOf = ({ databases }: Mysql, { place }: Database): string[] =>
  shardsAt(place, databases.length).map(ordersTable)

// Its rows come as they are found. A union that has to be put in order first is kept in a temporary table,
// which is on disk as soon as it has a column of type text.
export const unionOf = (branches: string[]): string => branches.join(' union all ')

// The first `limit` rows of many tables, of which `read` gets the first `each` of each in the same order.
// Orders lie evenly over the tables, so that few of each will nearly always do; a table that gave all
// it was asked for may have more of the first ones, and is asked for more.
export const firstOfMany = async <Row extends { orderId: OrderId }>(
  read: (each: number) => Promise<Row[]>,
  { limit, tables }: { limit: number; tables: number },
): Promise<Row[]> => {
  for (let each = 2 * Math.ceil(limit / tables) + SPARE; ; each *= 4) {
    const rows = await read(Math.min(each, limit))
    const ofEach = Map.groupBy(rows, ({ orderId }) => readOrderId(orderId).shard)
    const most = Math.max(0, ...[...ofEach.values()].map(({ length }) => length))
    if (most < each || each >= limit) return rows
  }
}

const SPARE = 10
