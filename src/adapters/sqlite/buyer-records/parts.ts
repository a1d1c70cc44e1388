// The parts of what is kept about a buyer, page by page. Each statement takes the buyer (?1), the cursor
// (?2) and the length of the page (?3), and names its cursor `after`.

import {
  BUYER_PARTS,
  type BuyerPart,
  type BuyerPartPage,
  type BuyerRow,
} from '../../../ports/buyer-records.ts'
import type { Database } from '../database.ts'

const STATEMENTS: Record<Exclude<BuyerPart, 'auditLog'>, string> = {
  // What a session is shown by is a secret: sessions are known by when they began.
  sessions: `
    select
      cast(created_at as text) as after,
      created_at as createdAtMs,
      expires_at as expiresAtMs
    from sessions
    where buyer_id = ?1 and created_at > cast(?2 as integer)
    order by created_at
    limit ?3
  `,
  entries: `
    select
      cast(entry_id as text) as after,
      cast(entry_id as text) as entryId,
      cast(sale_id as text) as saleId,
      phase,
      created_at as createdAtMs
    from entries
    where buyer_id = ?1 and entry_id > ?2
    order by entry_id
    limit ?3
  `,
  inTransit: `
    select
      cast(order_id as text) as after,
      cast(order_id as text) as orderId,
      cast(sale_id as text) as saleId,
      units,
      price,
      currency,
      reserved_at as reservedAtMs
    from in_transit
    where buyer_id = ?1 and order_id > ?2
    order by order_id
    limit ?3
  `,
  orders: `
    select
      cast(order_id as text) as after,
      cast(order_id as text) as orderId,
      cast(sale_id as text) as saleId,
      units,
      price,
      currency,
      status,
      created_at as createdAtMs,
      pay_by as payByMs,
      changed_at as changedAtMs
    from orders
    where buyer_id = ?1 and order_id > ?2
    order by order_id
    limit ?3
  `,
  // An order without a payment is a row as well, without a payment id: it moves the cursor on.
  payments: `
    select
      cast(order_id as text) as after,
      cast(payment_id as text) as paymentId,
      cast(order_id as text) as orderId,
      provider,
      amount,
      payments.currency,
      payments.status,
      reason,
      received_amount as receivedAmount,
      received_currency as receivedCurrency,
      payments.created_at as createdAtMs,
      payments.changed_at as changedAtMs
    from (
      select order_id
      from orders
      where buyer_id = ?1 and order_id > ?2
      order by order_id
      limit ?3)
    left join payments using (order_id)
    order by order_id, payment_id
  `,
  // Both rows of an order are on one page.
  ledger: `
    select
      cast(order_id as text) as after,
      cast(order_id as text) as orderId,
      cast(sale_id as text) as saleId,
      units,
      entry,
      reason,
      at as atMs
    from stock_ledger
    where order_id in (
      select order_id
      from orders
      where buyer_id = ?1 and order_id > ?2
      order by order_id
      limit ?3)
    order by order_id, step
  `,
  blocks: `
    select
      cast(block_id as text) as after,
      cast(block_id as text) as blockId,
      reason,
      by,
      until as untilMs,
      created_at as createdAtMs,
      lifted_at as liftedAtMs
    from blocklist
    where kind = 'buyer' and value = cast(?1 as text) and block_id > ?2
    order by block_id
    limit ?3
  `,
  deadLetters: `
    select
      cast(dead_letter_id as text) as after,
      cast(dead_letter_id as text) as deadLetterId,
      cast(order_id as text) as orderId,
      reason,
      at as atMs,
      message
    from dead_letters
    where dead_letter_id > ?2
    and case when json_valid(message) then message ->> 'buyerId' end = cast(?1 as text)
    order by dead_letter_id
    limit ?3
  `,
}

// The log is read in stretches, so that no look at it is long.
const STRETCH = `
  select max(audit_id) as last
  from (select audit_id from audit_log where audit_id > ? order by audit_id limit ?)
`

// What was done to the buyer, to an order of his, or to a block of his.
const AUDIT_LOG = `
  select
    cast(audit_id as text) as auditId,
    by,
    change,
    subject,
    reason,
    details,
    at as atMs
  from audit_log
  where audit_id > ?2 and audit_id <= ?3
  and (
    subject = 'buyer ' || ?1
    or (details ->> 'kind' = 'buyer' and details ->> 'value' = cast(?1 as text))
    or (subject like 'order %' and substr(subject, 7) in (
      select cast(order_id as text) from orders where buyer_id = ?1)))
  order by audit_id
`

export const buyerParts = (database: Database) => {
  const parts = BUYER_PARTS.filter((part) => part !== 'auditLog')
  const statements = new Map<BuyerPart, ReturnType<typeof database.select<BuyerRow>>>(
    parts.map((part) => [part, database.select<BuyerRow>(STATEMENTS[part])]),
  )
  const readLog = logReader(database)
  return (page: BuyerPartPage): { rows: BuyerRow[]; after: string | undefined } => {
    if (page.part === 'auditLog') return readLog(page)
    const { buyerId, part, after, limit } = page
    const found = statements.get(part)!.all(buyerId, after, limit)
    const rows = found.filter(({ paymentId }) => paymentId !== null).map(withoutCursor)
    return { rows, after: found.at(-1)?.['after'] as string | undefined }
  }
}

const withoutCursor = (row: BuyerRow): BuyerRow =>
  Object.fromEntries(Object.entries(row).filter(([name]) => name !== 'after'))

const logReader = (database: Database) => {
  const stretch = database.select<{ last: number | null }>(STRETCH)
  const read = database.select<BuyerRow>(AUDIT_LOG)
  return ({ buyerId, after, limit }: BuyerPartPage) => {
    const last = stretch.get(after, limit)?.last ?? undefined
    if (last === undefined) return { rows: [], after: undefined }
    const rows = read.all(buyerId, after, last).map((row) => ({ ...row }))
    return { rows, after: String(last) }
  }
}
