// Orders, in the one shard there is. `insert` alone answers before its commit, because the queue's
// `commit` that follows waits for it (see order-queue.ts).

import { idKey } from '../../domain/ids.ts'
import { type Order, ORDER_STATUSES, type OrderStatus } from '../../domain/order.ts'
import type { OrderStore } from '../../ports/order-store.ts'
import { tokensText } from '../sql/columns.ts'
import { orderOf, type OrderRow } from '../sql/order.ts'
import { orderList } from './orders/list.ts'
import { ORDER, READ_ORDER } from './orders/order-rows.ts'
import { orderOutbox } from './orders/outbox.ts'
import { releasingOrders } from './orders/release.ts'
import { rowInserter } from './rows/many-rows.ts'
import type { StoreDeps } from './database.ts'

export const sqliteOrderStore = (deps: StoreDeps): OrderStore => ({
  ...inserting(deps),
  ...releasingOrders(deps),
  ...orderOutbox(deps),
  ...readings(deps),
  ...orderList(deps),
})

const INSERT = {
  into: `
    orders (
      order_id, sale_id, buyer_id, units, price, currency, status, stock_tokens,
      created_at, pay_by, changed_at)
  `,
  row: '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  conflict: 'on conflict (order_id) do nothing',
}

// Whether anybody hears of changes is asked once per batch: this is the hot path.
const HEARD = `
  select 1
  from webhook_endpoints
  where enabled = 1
  limit 1
`

// Word of an order that is new, before it is written.
const INSERT_CHANGE = `
  insert into outbox (order_id, sale_id, buyer_id, change, at)
  select ?1, ?2, ?3, ?4, ?5
  where not exists (select 1 from orders where order_id = ?1)
`

const inserting = ({ database }: StoreDeps): Pick<OrderStore, 'insert'> => {
  const heard = database.select(HEARD)
  const insertChange = database.change(INSERT_CHANGE)
  const insert = rowInserter(database, INSERT)
  const noteNew = (orders: Order[]) => {
    for (const { orderId, saleId, buyerId, status, changedAtMs } of orders)
      insertChange(orderId, saleId, buyerId, status, changedAtMs)
  }
  return {
    async insert(orders) {
      database.apply(() => {
        if (heard.get() !== undefined) noteNew(orders)
        insert(orders, orderValues)
      })
    },
  }
}

const orderValues = (order: Order) =>
  [
    order.orderId,
    idKey(order.saleId),
    idKey(order.buyerId),
    order.units,
    order.price,
    order.currency,
    order.status,
    tokensText(order.stockTokens),
    order.createdAtMs,
    order.payByMs,
    order.changedAtMs,
  ] as const

const READ_LIVE = `${ORDER}
  where buyer_id = ?
  and sale_id = ?
  and status in ('pending', 'paid')
  order by order_id desc
  limit 1
`

const UNITS_BY_STATUS = `
  select status, sum(units) as units
  from orders
  where sale_id = ?
  group by status
`

const readings = ({ database }: StoreDeps): Pick<OrderStore, 'read' | 'readLive' | 'readUnits'> => {
  const read = database.select<OrderRow>(READ_ORDER)
  const readLive = database.select<OrderRow>(READ_LIVE)
  const readUnits = database.select<{ status: OrderStatus; units: number }>(UNITS_BY_STATUS)
  return {
    read: async (orderIds) =>
      database.read(() => orderIds.map((orderId) => orderOrNone(read.get(orderId)))),
    readLive: async ({ saleId, buyerId }) =>
      database.read(() => orderOrNone(readLive.get(buyerId, saleId))),
    readUnits: async (saleId) => database.read(() => unitsOf(readUnits.all(saleId))),
  }
}

const orderOrNone = (row: OrderRow | undefined) => row && orderOf(row)

const unitsOf = (rows: { status: OrderStatus; units: number }[]): Record<OrderStatus, number> => {
  const none = Object.fromEntries(ORDER_STATUSES.map((status) => [status, 0]))
  const some = Object.fromEntries(rows.map(({ status, units }) => [status, units]))
  return { ...none, ...some } as Record<OrderStatus, number>
}
