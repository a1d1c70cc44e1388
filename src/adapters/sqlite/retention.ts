// Deletes what is no longer needed. Each call is one transaction of at most `limit` rows, or orders, and
// looks at hardly more: they are found by an index, or in the order they were written.
//
// Forgetting a sale takes its live orders out of `total` as they go, so that its books add up all the
// time: total = available + live, and pending + paid = live.

import type { OrderId, SaleId } from '../../domain/ids.ts'
import type { ForgottenKind, Retention } from '../../ports/retention.ts'
import { auditLog } from './rows/audit-log.ts'
import type { StoreDeps } from './database.ts'

export const sqliteRetention = (deps: StoreDeps): Retention => ({
  ...forgettingRows(deps),
  ...takingOldSales(deps),
  ...forgettingSales(deps),
})

const FORGET: Record<ForgottenKind, string> = {
  sessions: `
    delete from sessions
    where session_id in (
      select session_id from sessions where expires_at < ? order by expires_at limit ?)
  `,
  // Those that have ended, and those that were lifted.
  blocks: `
    delete from blocklist
    where block_id in (
      select block_id from blocklist where until < ?1
      union all
      select block_id from blocklist where lifted_at < ?1
      limit ?2)
  `,
  'idempotency-keys': `
    delete from idempotency_keys
    where (operator, key) in (
      select operator, key from idempotency_keys where at < ? order by at limit ?)
  `,
  'payment-events': `
    delete from payment_events
    where event_id in (
      select event_id from payment_events where received_at < ? order by received_at limit ?)
  `,
  // Of sales that had ended by then.
  entries: `
    delete from entries
    where entry_id in (
      select entry_id
      from sales
      cross join entries using (sale_id)
      where min(ends_at, coalesce(closed_at, ends_at)) < ?
      limit ?)
  `,
  // Those that are over, and those of endpoints that were deleted.
  'webhook-deliveries': `
    delete from webhook_deliveries
    where delivery_id in (
      select delivery_id from webhook_deliveries where finished_at < ?1
      union all
      select delivery_id
      from webhook_endpoints
      cross join webhook_deliveries using (endpoint_id)
      where deleted_at < ?1 and status = 'open'
      limit ?2)
  `,
  'spent-challenges': `
    delete from spent_challenges
    where challenge_id in (
      select challenge_id from spent_challenges where until < ? order by until limit ?)
  `,
  // Ids grow with time: those that come first are the oldest.
  'audit-entries': `
    delete from audit_log
    where at < ?
    and audit_id in (select audit_id from audit_log order by audit_id limit ?)
  `,
}

const forgettingRows = ({ database }: StoreDeps): Pick<Retention, 'forget'> => {
  const kinds = Object.entries(FORGET) as [ForgottenKind, string][]
  const deletes = new Map(kinds.map(([kind, sql]) => [kind, database.change(sql)]))
  return {
    forget: async ({ kind, beforeMs, limit }) =>
      database.write(() => deletes.get(kind)!(beforeMs, limit)),
  }
}

// One that still waits for its units to go back, or owes a buyer money, is not old.
const OLD_SALE = `
  select
    cast(sale_id as text) as saleId,
    title,
    total,
    available,
    deleted_at is not null as taken
  from sales
  join sale_stock using (sale_id)
  where left_engine_at < ?
  and not exists (select 1 from in_transit where in_transit.sale_id = sales.sale_id)
  and not exists (select 1 from outbox where outbox.sale_id = sales.sale_id)
  and not exists (
    select 1
    from payments
    cross join orders using (order_id)
    where payments.status = 'refund-due' and orders.sale_id = sales.sale_id)
  order by sale_id
  limit 1
`

const TAKE = `
  update sales
  set deleted_at = ?
  where sale_id = ?
`

interface OldSale {
  saleId: SaleId
  title: string
  total: number
  available: number
  taken: number
}

const takingOldSales = ({ database, clock }: StoreDeps): Pick<Retention, 'takeOldSale'> => {
  const read = database.select<OldSale>(OLD_SALE)
  const take = database.change(TAKE)
  const log = auditLog({ database, clock })

  const takeOne = ({ beforeMs, by }: { beforeMs: number; by: string }): SaleId | undefined => {
    const sale = read.get(beforeMs)
    if (sale === undefined || sale.taken === 1) return sale?.saleId
    const { saleId, title, total, available } = sale
    take(clock.nowMs(), saleId)
    const details = { title, total, live: total - available }
    const reason = 'kept long enough'
    log({ by, change: 'forget-sale', subject: `sale ${saleId}`, reason, details })
    return saleId
  }

  return { takeOldSale: async (at) => database.write(() => takeOne(at)) }
}

// Not those for which money has come to be owed since the sale was taken: that must be given back first.
const ORDERS_OF = `
  select
    cast(order_id as text) as orderId,
    sum(case entry when 'recorded' then units when 'released' then -units else 0 end) as live
  from stock_ledger
  where sale_id = ?
  and not exists (
    select 1
    from payments
    where payments.order_id = stock_ledger.order_id and status = 'refund-due')
  group by order_id
  order by order_id
  limit ?
`

const FORGET_ORDER = [
  `
  delete from payments
  where order_id = ?
  `,
  `
  delete from orders
  where order_id = ?
  `,
  `
  delete from stock_ledger
  where order_id = ?
  `,
]

const LOWER_TOTAL = `
  update sale_stock
  set total = total - ?
  where sale_id = ?
`

const HAS_ORDERS = `
  select exists (select 1 from stock_ledger where sale_id = ?) as found
`

const DEAD_LETTERS = `
  delete from dead_letters
  where case when json_valid(message) then message ->> 'saleId' end = ?
`

const FORGET_SALE = [
  DEAD_LETTERS,
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

const forgettingSales = ({
  database,
}: StoreDeps): Pick<Retention, 'forgetOrders' | 'forgetSale'> => {
  const ordersOf = database.select<{ orderId: OrderId; live: number }>(ORDERS_OF)
  const orderDeletes = FORGET_ORDER.map((sql) => database.change(sql))
  const hasOrders = database.select<{ found: number }>(HAS_ORDERS)
  const saleDeletes = FORGET_SALE.map((sql) => database.change(sql))
  const lowerTotal = database.change(LOWER_TOTAL)

  const forgetOrders = ({ saleId, limit }: { saleId: SaleId; limit: number }): number => {
    const orders = ordersOf.all(saleId, limit)
    for (const { orderId } of orders) for (const remove of orderDeletes) remove(orderId)
    const live = orders.reduce((units, order) => units + order.live, 0)
    if (live > 0) lowerTotal(live, saleId)
    return orders.length
  }

  const forgetSale = (saleId: SaleId): boolean => {
    if (hasOrders.get(saleId)!.found === 1) return false
    for (const remove of saleDeletes) remove(saleId)
    return true
  }

  return {
    forgetOrders: async (at) => database.write(() => forgetOrders(at)),
    forgetSale: async (saleId) => database.write(() => forgetSale(saleId)),
  }
}
