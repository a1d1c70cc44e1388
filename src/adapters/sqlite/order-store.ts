// Orders, in the one shard there is. `insert` alone answers before its commit, because the queue's
// `commit` that follows waits for it (see order-queue.ts).

import { idKey, type OrderId } from '../../domain/ids.ts'
import {
  type Order,
  ORDER_STATUSES,
  type OrderStatus,
  releasedFrom,
  type ReleaseReason,
} from '../../domain/order.ts'
import type { OrderRelease, OrderStore, OutboxRow } from '../../ports/order-store.ts'
import { orderList } from './orders/list.ts'
import { ORDER, orderOf, type OrderRow, READ_ORDER } from './orders/order-rows.ts'
import { auditLog } from './rows/audit-log.ts'
import { tokensText } from './rows/columns.ts'
import { rowInserter } from './rows/many-rows.ts'
import type { StoreDeps } from './database.ts'

export const sqliteOrderStore = (deps: StoreDeps): OrderStore => ({
  ...inserting(deps),
  ...releasing(deps),
  ...outbox(deps),
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

const RELEASE = `
  update orders
  set status = ?, changed_at = ?
  where order_id = ? and status = ?
`

const INSERT_OUTBOX = `
  insert into outbox (order_id, sale_id, buyer_id, reason)
  values (?, ?, ?, ?)
`

const AUDITED: Record<ReleaseReason, string> = {
  cancelled: 'cancel-order',
  expired: 'expire-order',
  refunded: 'refund-order',
}

// Money that bought the order is owed back, and wanted.
const OWE_BACK = `
  update payments
  set status = 'refund-due', reason = 'order-refunded', refund_asked_at = ?1, changed_at = ?1
  where order_id = ?2 and status = 'succeeded'
`

const releasing = ({ database, clock }: StoreDeps): Pick<OrderStore, 'release'> => {
  const update = database.change(RELEASE)
  const insertOutbox = database.change(INSERT_OUTBOX)
  const oweBack = database.change(OWE_BACK)
  const read = database.select<OrderRow>(READ_ORDER)
  const log = auditLog({ database, clock })

  const releaseOne = ({ orderId, reason, nowMs, operator }: OrderRelease) => {
    const changed = update(reason, nowMs, orderId, releasedFrom(reason)) === 1
    const row = read.get(orderId)
    const order = row && orderOf(row)
    if (!changed || !order) return { changed: false, order }
    insertOutbox(orderId, order.saleId, order.buyerId, reason)
    if (reason === 'refunded') oweBack(nowMs, orderId)
    const entry = { change: AUDITED[reason], subject: `order ${orderId}`, details: {} }
    if (operator) log({ ...operator, ...entry })
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
  const read = database.select<OrderRow>(READ_ORDER)
  const readLive = database.select<OrderRow>(READ_LIVE)
  const readExpired = database.select<{ orderId: OrderId }>(READ_EXPIRED)
  const readUnits = database.select<{ status: OrderStatus; units: number }>(UNITS_BY_STATUS)
  return {
    read: async (orderIds) =>
      database.read(() => orderIds.map((orderId) => orderOrNone(read.get(orderId)))),
    readLive: async ({ saleId, buyerId }) =>
      database.read(() => orderOrNone(readLive.get(buyerId, saleId))),
    readExpired: async ({ nowMs, limit }) =>
      database.read(() => readExpired.all(nowMs, limit).map(({ orderId }) => orderId)),
    readUnits: async (saleId) => database.read(() => unitsOf(readUnits.all(saleId))),
  }
}

const orderOrNone = (row: OrderRow | undefined) => row && orderOf(row)

const unitsOf = (rows: { status: OrderStatus; units: number }[]): Record<OrderStatus, number> => {
  const none = Object.fromEntries(ORDER_STATUSES.map((status) => [status, 0]))
  const some = Object.fromEntries(rows.map(({ status, units }) => [status, units]))
  return { ...none, ...some } as Record<OrderStatus, number>
}
