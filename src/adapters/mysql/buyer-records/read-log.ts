// What the audit logs of all databases say of a buyer: what was done to the buyer, to an order of his, or
// to a block of his. They are read in stretches, so that no look at them is long.

import { type BuyerId, type OrderId, readOrderId, shardOf } from '../../../domain/ids.ts'
import type { BuyerPartPage, BuyerRow } from '../../../ports/buyer-records.ts'
import type { Database } from '../database.ts'
import type { Mysql } from '../mysql.ts'
import { ordersTable } from '../table-names.ts'

const STRETCH = `
  select
    cast(audit_id as char) as auditId,
    subject,
    subject like 'block %'
      and json_unquote(json_extract(details, '$.kind')) = 'buyer'
      and json_unquote(json_extract(details, '$.value')) = ? as isBlock
  from audit_log
  where audit_id > ?
  order by audit_id
  limit ?
`

interface Seen {
  auditId: string
  subject: string
  isBlock: number
}

const READ = `
  select
    cast(audit_id as char) as auditId,
    made_by as 'by',
    change_name as 'change',
    subject,
    reason,
    details,
    at as atMs
  from audit_log
  where audit_id in (?)
`

export const readLog = async (mysql: Mysql, { buyerId, after, limit }: BuyerPartPage) => {
  const all = async <Row>(read: (database: Database) => Promise<Row[]>) =>
    (await Promise.all(mysql.databases.map(read))).flat()
  const seen = await all((database) => database.query<Seen>(STRETCH, [buyerId, after, limit]))
  const stretch = byAuditId(seen).slice(0, limit)
  const orderIds = await ordersOf(mysql, buyerId, stretch)
  const own = stretch.filter(
    ({ subject, isBlock }) =>
      isBlock === 1 || subject === `buyer ${buyerId}` || orderIds.has(orderOf(subject) ?? ''),
  )
  const ids = own.map(({ auditId }) => auditId)
  const rows = ids.length === 0 ? [] : await all((one) => one.query<LogRow>(READ, [ids]))
  return { rows: byAuditId(rows), after: stretch.at(-1)?.auditId }
}

type LogRow = BuyerRow & { auditId: string }

const byAuditId = <Row extends { auditId: string }>(rows: Row[]): Row[] =>
  rows.toSorted((one, other) => Number(BigInt(one.auditId) - BigInt(other.auditId)))

const orderOf = (subject: string): OrderId | undefined => /^order (\d+)$/.exec(subject)?.[1]

const ownIn = (orders: string) => `
  select cast(order_id as char) as orderId
  from ${orders}
  where order_id in (?) and buyer_id = ?
`

// Those of the orders it speaks of that are the buyer's.
const ordersOf = async (mysql: Mysql, buyerId: BuyerId, stretch: Seen[]): Promise<Set<OrderId>> => {
  const shard = shardOf(buyerId)
  const orderIds = stretch
    .map(({ subject }) => orderOf(subject))
    .filter((orderId) => orderId !== undefined)
    .filter((orderId) => readOrderId(orderId).shard === shard)
  if (orderIds.length === 0) return new Set()
  const sql = ownIn(ordersTable(shard))
  const rows = await mysql.ofShard(shard).query<{ orderId: OrderId }>(sql, [orderIds, buyerId])
  return new Set(rows.map(({ orderId }) => orderId))
}
