// A small book of one sale, kept the way the engine keeps it, for planting one wrong thing at a
// time: rows written straight through the numbered SQL files, and the answers its buyers got.
// Nothing here may come from the auditor's own sums.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Answer } from '../../audit/answers.ts'
import { type Audit, auditSale, type Verdict } from '../../audit/audit-sale.ts'
import type { EngineBook } from '../../audit/engine-book.ts'

export const SALE = '7'
export const T0 = 1_800_000_000_000

// Order ids beyond 2⁵³, so that one digit lost is an order mistaken for another.
export const ORDER = {
  pending: '435601000000000001', // buyer 1
  paid: '435601000000000002', // buyer 2, two units
  cancelled: '435601000000000003', // buyer 3, who then bought again:
  again: '435601000000000004', // buyer 3
  expired: '435601000000000005', // buyer 4
  refunded: '435601000000000006', // buyer 5
  rejected: '435601000000000007', // buyer 6, who was never promised it
} as const

export const UNKNOWN = '435601000000000009' // no row has this order

export const BIG_BUYER = '9223372036854775807'

const MIGRATIONS = new URL('../../src/adapters/sqlite/migrations/', import.meta.url)

const ROWS = `
insert into products (product_id, title, list_price, currency, created_at)
values (1, 'Phone', 299900, 'CNY', ${T0});
insert into sales (sale_id, product_id, title, price, currency, starts_at, ends_at, per_buyer_limit,
  strategy, segments, admission, pay_within_ms, tokens_from_ms, limits, rehearsal, created_at)
values (7, 1, 'Phones', 199900, 'CNY', ${T0}, ${T0 + 60_000}, 2,
  'counter', 1, 'open', 900000, 3600000, '{}', 0, ${T0 - 5000});
insert into sale_stock (sale_id, total, available, restocked, version, epoch, sealed_epoch)
values (7, 10, 6, 2, 3, 1, 1);
insert into audit_log (at, by, change, subject, reason, details)
values (${T0 + 450}, 'operator', 'restock', '7', 'found two', '{"units":2}');
insert into stock_ledger
  (order_id, step, sale_id, buyer_id, units, entry, reason, stock_tokens, epoch, at)
values
  (435601000000000001, 1, 7, 1, 1, 'recorded', null, '[]', 1, ${T0 + 10}),
  (435601000000000002, 1, 7, 2, 2, 'recorded', null, '[]', 1, ${T0 + 10}),
  (435601000000000003, 1, 7, 3, 1, 'recorded', null, '[]', 1, ${T0 + 20}),
  (435601000000000003, 2, 7, 3, 1, 'released', 'cancelled', '[]', 1, ${T0 + 100}),
  (435601000000000004, 1, 7, 3, 1, 'recorded', null, '[]', 1, ${T0 + 200}),
  (435601000000000005, 1, 7, 4, 1, 'recorded', null, '[]', 1, ${T0 + 30}),
  (435601000000000005, 2, 7, 4, 1, 'released', 'expired', '[]', 1, ${T0 + 300}),
  (435601000000000006, 1, 7, 5, 1, 'recorded', null, '[]', 1, ${T0 + 40}),
  (435601000000000006, 2, 7, 5, 1, 'released', 'refunded', '[]', 1, ${T0 + 400}),
  (435601000000000007, 1, 7, 6, 1, 'rejected', null, '[]', 0, ${T0 + 500});
insert into orders (order_id, sale_id, buyer_id, units, price, currency, status, stock_tokens,
  created_at, pay_by, changed_at)
select order_id, sale_id, buyer_id, units, 199900, 'CNY',
  case order_id % 10 when 2 then 'paid' when 3 then 'cancelled' when 5 then 'expired'
    when 6 then 'refunded' when 7 then 'rejected' else 'pending' end,
  '[]', at, at + 900000, at
from stock_ledger where step = 1;
insert into payments (payment_id, order_id, provider, amount, currency, status, reason,
  received_amount, received_currency, created_at, changed_at)
values
  (435601000000000012, 435601000000000002, 'test', 399800, 'CNY', 'succeeded', null,
    399800, 'CNY', ${T0 + 600}, ${T0 + 610}),
  (435601000000000016, 435601000000000006, 'test', 199900, 'CNY', 'refunded', 'order-refunded',
    199900, 'CNY', ${T0 + 300}, ${T0 + 400}),
  (435601000000000013, 435601000000000003, 'test', 199900, 'CNY', 'failed', null,
    null, null, ${T0 + 30}, ${T0 + 40}),
  (435601000000000015, 435601000000000005, 'test', 199900, 'CNY', 'refund-due', 'order-expired',
    199900, 'CNY', ${T0 + 200}, ${T0 + 310});`

// What the engine said of itself when it was asked.
export const ENGINE: EngineBook = {
  engine: 'open',
  epoch: 1,
  total: 10,
  homeAvailable: 6,
  live: 4,
  available: 5,
  returning: 1,
  held: 4,
  inTransit: 0,
  inTransfer: 0,
  drift: 0,
  driftOrders: [],
}

export const answer = (of: Partial<Answer> & { buyerId: string; at: number }): Answer => ({
  sentAt: of.at - 5,
  saleId: SALE,
  kind: 'attempt',
  outcome: 'accepted',
  ...of,
})

const accepted = (buyerId: string, orderId: string, at: number) => answer({ buyerId, orderId, at })

export const ANSWERS: Answer[] = [
  answer({ buyerId: '1', at: T0 + 4, outcome: 'not-started', sentAt: T0 - 10 }),
  { ...accepted('1', ORDER.pending, T0 + 12), units: 1, price: 199_900 },
  accepted('2', ORDER.paid, T0 + 12),
  accepted('3', ORDER.cancelled, T0 + 25),
  answer({
    buyerId: '3',
    orderId: ORDER.cancelled,
    at: T0 + 110,
    kind: 'cancel',
    outcome: 'cancelled',
  }),
  answer({ buyerId: '3', at: T0 + 150, outcome: 'sold-out' }),
  accepted('3', ORDER.again, T0 + 205),
  accepted('4', ORDER.expired, T0 + 35),
  accepted('5', ORDER.refunded, T0 + 45),
  answer({ buyerId: '6', orderId: ORDER.rejected, at: T0 + 490, outcome: 'busy' }),
  answer({ buyerId: BIG_BUYER, at: T0 + 600, outcome: 'sold-out' }),
  answer({ buyerId: BIG_BUYER, at: T0 + 601, outcome: 'rate-limited' }),
  answer({ buyerId: BIG_BUYER, at: T0 + 3000, outcome: 'no-answer' }),
  answer({ buyerId: '1', orderId: ORDER.pending, at: T0 + 650, outcome: 'already-reserved' }),
  answer({
    buyerId: '2',
    orderId: ORDER.paid,
    at: T0 + 700,
    kind: 'order',
    outcome: 'ok',
    status: 'paid',
  }),
]

export interface SmallBook extends Disposable {
  folder: string
  databaseFile: string
  database: DatabaseSync // still open: the auditor reads beside it
  audit: (and?: Partial<Audit>) => Promise<Verdict>
}

// `schema` may loosen the tables, where they would refuse what a test wants to plant.
export const smallBook = (schema: (sql: string) => string = (sql) => sql): SmallBook => {
  const folder = mkdtempSync(join(tmpdir(), 'seckill-audit-'))
  const databaseFile = join(folder, 'seckill.db')
  const database = new DatabaseSync(databaseFile, { enableForeignKeyConstraints: false })
  database.exec('pragma journal_mode = wal')
  for (const file of readdirSync(MIGRATIONS).sort())
    database.exec(schema(readFileSync(new URL(file, MIGRATIONS), 'utf8')))
  database.exec(`${ROWS} pragma ignore_check_constraints = on`)
  return {
    folder,
    databaseFile,
    database,
    audit: (and) =>
      auditSale({ database: databaseFile, answers: ANSWERS, engines: { [SALE]: ENGINE }, ...and }),
    [Symbol.dispose]: () => {
      database.close()
      rmSync(folder, { recursive: true })
    },
  }
}
