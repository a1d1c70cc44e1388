// The small book once more, in two MySQL databases, with ids that have the shards of their buyers, as
// rows written straight into the tables of the engine. Nothing here may come from the auditor's own sums.

import type { Answer } from '../../audit/answers.ts'
import { type Audit, auditSale, type Verdict } from '../../audit/audit-sale.ts'
import { orderId } from '../../src/domain/ids.ts'
import { emptyMysql } from '../adapters/mysql-setup.ts'
import { ANSWERS, ENGINE, ORDER as SMALL, SALE, T0 } from './small-book.ts'

const idOf = (buyer: number, sequence = 0): string =>
  orderId({ createdAtMs: T0, shard: buyer, node: 1, sequence })

export const ORDER: Record<keyof typeof SMALL, string> = {
  pending: idOf(1),
  paid: idOf(2),
  cancelled: idOf(3),
  again: idOf(3, 1),
  expired: idOf(4),
  refunded: idOf(5),
  rejected: idOf(6),
}

export const PAYMENT = { paid: idOf(2, 9), refunded: idOf(5, 9), expired: idOf(4, 9) }

export const UNKNOWN = idOf(8)

// What buyers were told, of these orders.
export const TOLD: Answer[] = ANSWERS.map((answer) => {
  const named = Object.entries(SMALL).find(([, id]) => id === answer.orderId)
  return named ? { ...answer, orderId: ORDER[named[0] as keyof typeof SMALL] } : answer
})

export const ordersTable = (buyer: number) => `orders_${String(buyer % 256).padStart(3, '0')}`

const ledgerRow = (name: keyof typeof SMALL, step: 1 | 2, set: LedgerCells): string => {
  const { buyer, units = 1, entry, reason, ms } = set
  const said = reason === undefined ? 'null' : `'${reason}'`
  return `insert into stock_ledger
      (order_id, step, sale_id, buyer_id, units, entry, reason, stock_tokens, epoch, batch, at)
    values (${ORDER[name]}, ${step}, 7, ${buyer}, ${units}, '${entry}', ${said}, '[]', 1, 1, ${T0 + ms})`
}

interface LedgerCells {
  buyer: number
  units?: number
  entry: string
  reason?: string
  ms: number
}

const orderRow = (name: keyof typeof SMALL, buyer: number, status: string, units = 1): string =>
  `insert into ${ordersTable(buyer)} (order_id, sale_id, buyer_id, units, price, currency, status,
      stock_tokens, created_at, pay_by, changed_at)
    values (${ORDER[name]}, 7, ${buyer}, ${units}, 199900, 'CNY', '${status}', '[]',
      ${T0}, ${T0 + 900_000}, ${T0})`

const paymentRow = (
  name: keyof typeof PAYMENT,
  {
    status,
    reason = 'null',
    amount = 199_900,
  }: { status: string; reason?: string; amount?: number },
): string =>
  `insert into payments (payment_id, order_id, provider, amount, currency, status, reason,
      received_amount, received_currency, created_at, changed_at)
    values (${PAYMENT[name]}, ${ORDER[name]}, 'test', ${amount}, 'CNY', '${status}', ${reason},
      ${amount}, 'CNY', ${T0}, ${T0})`

const HOME = [
  `insert into products (product_id, title, list_price, currency, created_at)
    values (1, 'Phone', 299900, 'CNY', ${T0})`,
  `insert into sales (sale_id, product_id, title, price, currency, starts_at, ends_at,
      per_buyer_limit, strategy, segments, admission, pay_within_ms, tokens_from_ms, limits,
      rehearsal, created_at)
    values (7, 1, 'Phones', 199900, 'CNY', ${T0}, ${T0 + 60_000}, 2, 'counter', 1, 'open', 900000,
      3600000, '{}', 0, ${T0 - 5000})`,
  `insert into sale_stock (sale_id, total, available, restocked, version, epoch, sealed_epoch)
    values (7, 10, 6, 2, 3, 1, 1)`,
  `insert into audit_log (audit_id, at, made_by, change_name, subject, reason, details)
    values (1, ${T0 + 450}, 'operator', 'restock', 'sale 7', 'found two', '{"units":2}')`,
  ledgerRow('pending', 1, { buyer: 1, entry: 'recorded', ms: 10 }),
  ledgerRow('paid', 1, { buyer: 2, units: 2, entry: 'recorded', ms: 10 }),
  ledgerRow('cancelled', 1, { buyer: 3, entry: 'recorded', ms: 20 }),
  ledgerRow('cancelled', 2, { buyer: 3, entry: 'released', reason: 'cancelled', ms: 100 }),
  ledgerRow('again', 1, { buyer: 3, entry: 'recorded', ms: 200 }),
  ledgerRow('expired', 1, { buyer: 4, entry: 'recorded', ms: 30 }),
  ledgerRow('expired', 2, { buyer: 4, entry: 'released', reason: 'expired', ms: 300 }),
  ledgerRow('refunded', 1, { buyer: 5, entry: 'recorded', ms: 40 }),
  ledgerRow('refunded', 2, { buyer: 5, entry: 'released', reason: 'refunded', ms: 400 }),
  ledgerRow('rejected', 1, { buyer: 6, entry: 'rejected', ms: 500 }),
]

// Shards of odd buyers are in the second database.
const SECOND = [
  orderRow('pending', 1, 'pending'),
  orderRow('cancelled', 3, 'cancelled'),
  orderRow('again', 3, 'pending'),
  orderRow('refunded', 5, 'refunded'),
  paymentRow('refunded', { status: 'refunded', reason: `'order-refunded'` }),
]

const FIRST = [
  orderRow('paid', 2, 'paid', 2),
  orderRow('expired', 4, 'expired'),
  orderRow('rejected', 6, 'rejected'),
  paymentRow('paid', { status: 'succeeded', amount: 399_800 }),
  paymentRow('expired', { status: 'refund-due', reason: `'order-expired'` }),
]

export interface MysqlBook {
  urls: string[]
  database: string // as the auditor is told
  exec(place: number, ...statements: string[]): Promise<void>
  audit(and?: Partial<Audit>): Promise<Verdict>
}

// As new each time.
export const mysqlBook = async (): Promise<MysqlBook> => {
  const { mysql, own } = await emptyMysql()
  const exec = async (place: number, ...statements: string[]) => {
    for (const sql of statements) await mysql.databases[place]!.change(sql)
  }
  await exec(0, ...HOME, ...FIRST)
  await exec(1, ...SECOND)
  const database = own.urls.join(',')
  const same = { database, answers: TOLD, engines: { [SALE]: ENGINE } }
  const audit = (and: Partial<Audit> = {}) => auditSale({ ...same, ...and })
  return { urls: own.urls, database, exec, audit }
}
