// Orders, in the one shard there is. `insert` alone answers before its commit, because the queue's
// `commit` that follows waits for it (see order-queue.ts).

import type { OrderId } from '../../domain/ids.ts'
import { type Order, ORDER_STATUSES, type OrderStatus, releasedFrom } from '../../domain/order.ts'
import type { OrderRelease, OrderStore, OutboxRow } from '../../ports/order-store.ts'
import { tokensOf, tokensText } from './rows/columns.ts'
import { rowInserter } from './rows/many-rows.ts'
import type { StoreDeps } from './database.ts'

export const sqliteOrderStore = (deps: StoreDeps): OrderStore => ({
  ...inserting(deps),
  ...releasing(deps),
  ...outbox(deps),
  ...readings(deps),
})

const INSERT = {
  into: `
    insert into orders (
      order_id, sale_id, buyer_id, units, price, currency, status, stock_tokens,
      created_at, pay_by, changed_at)
  `,
  row: '(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  conflict: 'on conflict (order_id) do nothing',
}

const inserting = ({ database }: StoreDeps): Pick<OrderStore, 'insert'> => {
  const insert = rowInserter(database, INSERT)
  return {
    async insert(orders) {
      database.apply(() => insert(orders, orderValues))
    },
  }
}

const orderValues = (order: Order) =>
  [
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
  ] as const

const ORDER = `
  select
    cast(order_id as text) as orderId,
    cast(sale_id as text) as saleId,
    cast(buyer_id as text) as buyerId,
    units,
    price,
    currency,
    status,
    stock_tokens as stockTokens,
    created_at as createdAtMs,
    pay_by as payByMs,
    changed_at as changedAtMs
  from orders
`

const READ = `${ORDER}
  where order_id = ?
`

const READ_LIVE = `${ORDER}
  where buyer_id = ?
  and sale_id = ?
  and status in ('pending', 'paid')
  order by order_id desc
  limit 1
`

type OrderRow = Omit<Order, 'stockTokens'> & { stockTokens: string }

const orderOf = (row: OrderRow | undefined): Order | undefined =>
  row && { ...row, stockTokens: tokensOf(row.stockTokens) }

const RELEASE = `
  update orders
  set status = ?, changed_at = ?
  where order_id = ? and status = ?
`

const INSERT_OUTBOX = `
  insert into outbox (order_id, sale_id, buyer_id, reason)
  values (?, ?, ?, ?)
`

const releasing = ({ database }: StoreDeps): Pick<OrderStore, 'release'> => {
  const update = database.change(RELEASE)
  const insertOutbox = database.change(INSERT_OUTBOX)
  const read = database.select<OrderRow>(READ)

  const releaseOne = ({ orderId, reason, nowMs }: OrderRelease) => {
    const changed = update(reason, nowMs, orderId, releasedFrom(reason)) === 1
    const order = orderOf(read.get(orderId))
    if (changed && order) insertOutbox(orderId, order.saleId, order.buyerId, reason)
    return { changed, order }
  }

  return { release: async (change) => database.write(() => releaseOne(change)) }
}

const READ_OUTBOX = `
  select
    cast(order_id as text) as orderId,
    cast(sale_id as text) as saleId,
    cast(buyer_id as text) as buyerId,
    reason
  from outbox
  order by order_id
  limit ?
`

const FINISH_OUTBOX = `
  delete from outbox
  where order_id = ?
`

const outbox = ({ database }: StoreDeps): Pick<OrderStore, 'readOutbox' | 'finishOutbox'> => {
  const read = database.select<OutboxRow>(READ_OUTBOX)
  const finish = database.change(FINISH_OUTBOX)
  return {
    readOutbox: async ({ limit }) =>
      database.read(() => read.all(limit).map((row) => ({ ...row }))),
    async finishOutbox(orderIds) {
      await database.write(() => {
        for (const orderId of orderIds) finish(orderId)
      })
    },
  }
}

const READ_EXPIRED = `
  select cast(order_id as text) as orderId
  from orders
  where status = 'pending' and pay_by <= ?
  order by pay_by
  limit ?
`

const UNITS_BY_STATUS = `
  select status, sum(units) as units
  from orders
  where sale_id = ?
  group by status
`

const readings = ({
  database,
}: StoreDeps): Pick<OrderStore, 'read' | 'readLive' | 'readExpired' | 'readUnits'> => {
  const read = database.select<OrderRow>(READ)
  const readLive = database.select<OrderRow>(READ_LIVE)
  const readExpired = database.select<{ orderId: OrderId }>(READ_EXPIRED)
  const readUnits = database.select<{ status: OrderStatus; units: number }>(UNITS_BY_STATUS)
  return {
    read: async (orderIds) =>
      database.read(() => orderIds.map((orderId) => orderOf(read.get(orderId)))),
    readLive: async ({ saleId, buyerId }) =>
      database.read(() => orderOf(readLive.get(buyerId, saleId))),
    readExpired: async ({ nowMs, limit }) =>
      database.read(() => readExpired.all(nowMs, limit).map(({ orderId }) => orderId)),
    readUnits: async (saleId) => database.read(() => unitsOf(readUnits.all(saleId))),
  }
}

const unitsOf = (rows: { status: OrderStatus; units: number }[]): Record<OrderStatus, number> => {
  const none = Object.fromEntries(ORDER_STATUSES.map((status) => [status, 0]))
  const some = Object.fromEntries(rows.map(({ status, units }) => [status, units]))
  return { ...none, ...some } as Record<OrderStatus, number>
}
