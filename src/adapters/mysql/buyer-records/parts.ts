// The parts of what is kept about a buyer, page by page. Each statement takes the buyer, the cursor and
// the length of the page, and names its cursor `after`.

import { shardOf } from '../../../domain/ids.ts'
import type { BuyerPartPage, BuyerRecords, BuyerRow } from '../../../ports/buyer-records.ts'
import type { Mysql } from '../mysql.ts'
import { ordersTable } from '../table-names.ts'
import { readLog } from './read-log.ts'

type Page = Awaited<ReturnType<BuyerRecords['readPart']>>

export const buyerParts =
  (mysql: Mysql): BuyerRecords['readPart'] =>
  async (page) => {
    switch (page.part) {
      case 'auditLog':
        return readLog(mysql, page)
      case 'ledger':
        return readLedger(mysql, page)
      case 'inTransit':
        return { rows: [], after: undefined }
      case 'orders':
      case 'payments':
        return pageOf(await ofShard(mysql, page, AT_SHARD[page.part]))
      case 'sessions':
      case 'entries':
      case 'blocks':
      case 'deadLetters':
        return pageOf(await mysql.home.query<BuyerRow>(AT_HOME[page.part], valuesOf(page)))
    }
  }

const valuesOf = ({ buyerId, after, limit }: BuyerPartPage) => [buyerId, after, limit]

const ofShard = (mysql: Mysql, page: BuyerPartPage, sql: (orders: string) => string) => {
  const shard = shardOf(page.buyerId)
  return mysql.ofShard(shard).query<BuyerRow>(sql(ordersTable(shard)), valuesOf(page))
}

// An order without a payment is a row as well, without a payment id: it moves the cursor on.
const pageOf = (found: BuyerRow[]): Page => ({
  rows: found.filter(({ paymentId }) => paymentId !== null).map(withoutCursor),
  after: found.at(-1)?.['after'] as string | undefined,
})

const withoutCursor = (row: BuyerRow): BuyerRow =>
  Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'after'))

const AT_HOME = {
  // What a session is shown by is a secret: sessions are known by when they began.
  sessions: `
    select
      cast(created_at as char) as after,
      created_at as createdAtMs,
      expires_at as expiresAtMs
    from sessions
    where buyer_id = ? and created_at > ?
    order by created_at
    limit ?
  `,
  entries: `
    select
      cast(entry_id as char) as after,
      cast(entry_id as char) as entryId,
      cast(sale_id as char) as saleId,
      phase,
      created_at as createdAtMs
    from entries
    where buyer_id = ? and entry_id > ?
    order by entry_id
    limit ?
  `,
  blocks: `
    select
      cast(block_id as char) as after,
      cast(block_id as char) as blockId,
      reason,
      made_by as 'by',
      until as untilMs,
      created_at as createdAtMs,
      lifted_at as liftedAtMs
    from blocklist
    where kind = 'buyer' and value = ? and block_id > ?
    order by block_id
    limit ?
  `,
  deadLetters: `
    select
      cast(dead_letter_id as char) as after,
      cast(dead_letter_id as char) as deadLetterId,
      cast(order_id as char) as orderId,
      reason,
      at as atMs,
      message
    from dead_letters
    where case when json_valid(message) then json_unquote(json_extract(message, '$.buyerId')) end = ?
    and dead_letter_id > ?
    order by dead_letter_id
    limit ?
  `,
}

const AT_SHARD = {
  orders: (orders: string) => `
    select
      cast(order_id as char) as after,
      cast(order_id as char) as orderId,
      cast(sale_id as char) as saleId,
      units,
      price,
      currency,
      status,
      created_at as createdAtMs,
      pay_by as payByMs,
      changed_at as changedAtMs
    from ${orders}
    where buyer_id = ? and order_id > ?
    order by order_id
    limit ?
  `,
  payments: (orders: string) => `
    select
      cast(page.order_id as char) as after,
      cast(payment_id as char) as paymentId,
      cast(page.order_id as char) as orderId,
      provider,
      amount,
      currency,
      status,
      reason,
      received_amount as receivedAmount,
      received_currency as receivedCurrency,
      created_at as createdAtMs,
      changed_at as changedAtMs
    from (
      select order_id
      from ${orders}
      where buyer_id = ? and order_id > ?
      order by order_id
      limit ?) as page
    left join payments on payments.order_id = page.order_id
    order by page.order_id, payment_id
  `,
}

const orderIdsIn = (orders: string) => `
  select cast(order_id as char) as orderId
  from ${orders}
  where buyer_id = ? and order_id > ?
  order by order_id
  limit ?
`

// Both rows of an order are on one page.
const LEDGER = `
  select
    cast(order_id as char) as orderId,
    cast(sale_id as char) as saleId,
    units,
    entry,
    reason,
    at as atMs
  from stock_ledger
  where order_id in (?)
  order by stock_ledger.order_id, step
`

const readLedger = async (mysql: Mysql, page: BuyerPartPage): Promise<Page> => {
  const orders = await ofShard(mysql, page, orderIdsIn)
  if (orders.length === 0) return { rows: [], after: undefined }
  const orderIds = orders.map(({ orderId }) => String(orderId))
  const rows = await mysql.home.query<BuyerRow>(LEDGER, [orderIds])
  return { rows, after: orderIds.at(-1) }
}
