// Expires pending orders past their payBy: each database looks for those that are due first without
// locks, then changes them in one transaction, with word of it. What somebody else has in hand is left to
// him.

import type { OrderId } from '../../../domain/ids.ts'
import type { OrderStore, OutboxRow } from '../../../ports/order-store.ts'
import { fromWhoAnswers } from '../at-once.ts'
import type { Database, Statements } from '../database.ts'
import type { Mysql, StoreDeps } from '../mysql.ts'
import { byTable, databasesAt, firstOfMany, tablesOf, unionOf } from '../order-tables.ts'
import { leaveWord } from '../rows/order-changes.ts'

export const expiringOrders = ({ mysql }: StoreDeps): Pick<OrderStore, 'takeExpired'> => ({
  takeExpired({ nowMs, limit, place }) {
    const expireAt = async (database: Database) => {
      const due = await readDue(mysql, database, { nowMs, limit })
      return due.length === 0 ? [] : expire(database, { due, nowMs })
    }
    return fromWhoAnswers(databasesAt(mysql, place).map(expireAt))
  },
})

interface Due {
  orderId: OrderId
}

const orderIdOf = ({ orderId }: { orderId: OrderId }) => orderId

const dueIn = (table: string) => `
  (select order_id, pay_by
  from ${table}
  where status = 'pending' and pay_by <= ?
  order by pay_by
  limit ?)
`

const oldestOf = (branches: string) => `
  select cast(order_id as char) as orderId
  from (${branches}) as due
  order by pay_by
  limit ?
`

const readDue = (
  mysql: Mysql,
  database: Database,
  { nowMs, limit }: { nowMs: number; limit: number },
): Promise<Due[]> => {
  const tables = tablesOf(mysql, database)
  const sql = oldestOf(unionOf(tables.map(dueIn)))
  const read = (each: number) =>
    database.query<Due>(sql, [...tables.flatMap(() => [nowMs, each]), limit])
  return firstOfMany(read, { limit, tables: tables.length })
}

const expire = (database: Database, { due, nowMs }: { due: Due[]; nowMs: number }) =>
  database.write(async (transaction) => {
    const free = await takeFree(transaction, due)
    for (const [table, own] of byTable(free, orderIdOf))
      await transaction.change(expireIn(table), [nowMs, own.map(orderIdOf)])
    const words = free.map((row) => ({ ...row, change: 'expired', nowMs }) as const)
    if (words.length > 0) await leaveWord(transaction, database, words)
    return free
  })

const freeIn = (table: string) => `
  (select
    cast(order_id as char) as orderId,
    cast(sale_id as char) as saleId,
    cast(buyer_id as char) as buyerId,
    'expired' as reason
  from ${table}
  where order_id in (?) and status = 'pending'
  for update skip locked)
`

const takeFree = (transaction: Statements, due: Due[]): Promise<OutboxRow[]> => {
  const tables = byTable(due, orderIdOf)
  return transaction.query<OutboxRow>(
    unionOf(tables.map(([table]) => freeIn(table))),
    tables.map(([, own]) => own.map(orderIdOf)),
  )
}

const expireIn = (table: string) => `
  update ${table}
  set status = 'expired', changed_at = ?
  where order_id in (?)
`
