// Forgets a sale that was taken: its orders, a few at a time, and then what is left of it. Orders and
// payments go before the ledger rows that name them, so that a crash in between is found and finished.
//
// Live orders go out of `total` with their ledger rows, so that the books add up after every call:
// total = available + live, and pending + paid = live.

import type { OrderId, SaleId } from '../../../domain/ids.ts'
import type { Retention } from '../../../ports/retention.ts'
import { atOnce } from '../at-once.ts'
import type { Database } from '../database.ts'
import { lockStock } from '../ledger/lock-stock.ts'
import type { StoreDeps } from '../mysql.ts'
import { byDatabase, byTable, unionOf } from '../order-tables.ts'

export const forgettingSales = ({
  mysql,
}: StoreDeps): Pick<Retention, 'forgetOrders' | 'forgetSale'> => ({
  async forgetOrders({ saleId, limit }) {
    let gone = 0
    for (let after = '0'; gone < limit;) {
      const values = [saleId, after, limit - gone]
      const found = await mysql.home.query<{ orderId: OrderId }>(ORDERS_OF, values)
      if (found.length === 0) break
      const orderIds = found.map(({ orderId }) => orderId)
      const parts = byDatabase(mysql, orderIds, itself)
      const free = (await atOnce(parts.map(([database, own]) => forget(database, own)))).flat()
      if (free.length > 0) await forgetAtHome(mysql.home, { saleId, orderIds: free })
      gone += free.length
      after = orderIds.at(-1)!
    }
    return gone
  },

  forgetSale: (saleId) =>
    mysql.home.write(
      async (transaction) => {
        await lockStock(transaction, saleId)
        if ((await transaction.query(HAS_ORDERS, [saleId])).length > 0) return false
        for (const sql of FORGET_SALE) await transaction.change(sql, [saleId])
        return true
      },
      { withinMs: LONG_MS },
    ),
})

const itself = (orderId: OrderId) => orderId

const ORDERS_OF = `
  select cast(order_id as char) as orderId
  from stock_ledger
  where sale_id = ? and order_id > ?
  group by order_id
  order by order_id
  limit ?
`

// Those that are gone, here: not one for which money has come to be owed since its sale was taken. That
// must be given back first.
const forget = (database: Database, orderIds: OrderId[]): Promise<OrderId[]> =>
  database.write(async (transaction) => {
    const tables = byTable(orderIds, itself)
    const locks = unionOf(tables.map(([table]) => lockIn(table)))
    await transaction.query(
      locks,
      tables.map(([, own]) => own),
    )
    const due = await transaction.query<{ orderId: OrderId }>(REFUND_DUE, [orderIds])
    const owed = new Set(due.map(({ orderId }) => orderId))
    const free = orderIds.filter((orderId) => !owed.has(orderId))
    if (free.length === 0) return []
    await transaction.change(FORGET_PAYMENTS, [free])
    for (const [table, own] of byTable(free, itself))
      await transaction.change(forgetIn(table), [own])
    return free
  })

const lockIn = (table: string) => `
  (select order_id
  from ${table}
  where order_id in (?)
  for update)
`

const REFUND_DUE = `
  select distinct cast(order_id as char) as orderId
  from payments
  where order_id in (?) and status = 'refund-due'
`

const FORGET_PAYMENTS = `
  delete from payments
  where order_id in (?)
`

const forgetIn = (table: string) => `
  delete from ${table}
  where order_id in (?)
`

const forgetAtHome = (home: Database, of: { saleId: SaleId; orderIds: OrderId[] }): Promise<void> =>
  home.write(async (transaction) => {
    const [row] = await transaction.query<{ live: number }>(LOCK_LIVE, [of.orderIds])
    await transaction.change(FORGET_LEDGER, [of.orderIds])
    if (row!.live > 0) await transaction.change(LOWER_TOTAL, [row!.live, of.saleId])
  })

const LOCK_LIVE = `
  select
    cast(coalesce(sum(case entry when 'recorded' then units when 'released' then -units end), 0)
      as signed) as live
  from stock_ledger
  where order_id in (?)
  for update
`

const FORGET_LEDGER = `
  delete from stock_ledger
  where order_id in (?)
`

const LOWER_TOTAL = `
  update sale_stock
  set total = total - ?
  where sale_id = ?
`

const HAS_ORDERS = `
  select 1
  from stock_ledger
  where sale_id = ?
  limit 1
`

// There may be very many entries.
const LONG_MS = 60_000

const FORGET_SALE = [
  `
  delete from dead_letters
  where case when json_valid(message) then json_unquote(json_extract(message, '$.saleId')) end = ?
  `,
  `
  delete from entries
  where sale_id = ?
  `,
  `
  delete from sale_events
  where sale_id = ?
  `,
  `
  delete from tasks
  where sale_id = ?
  `,
  `
  delete from sale_stock
  where sale_id = ?
  `,
  `
  delete from sales
  where sale_id = ?
  `,
]
