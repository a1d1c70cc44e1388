// One wrong thing planted at a time in a clean book: the auditor must name it, by promise and order
// id.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { EngineBook } from '../../audit/engine-book.ts'
import { ENGINE, ORDER, SALE, smallBook, T0, UNKNOWN } from './small-book.ts'

interface Plant {
  wrong: string // what is planted, the rest of a claim
  sql?: string
  engine?: Partial<EngineBook> // what it says otherwise
  names: string // the beginning of the violation
  schema?: (sql: string) => string
}

const names = ({ wrong, sql = '', engine, names: sentence, schema }: Plant) => {
  test(`the auditor names ${wrong}`, async () => {
    using book = smallBook(schema)
    book.database.exec(sql)
    const { violations, holds } = await book.audit({
      engines: { [SALE]: { ...ENGINE, ...engine } },
    })
    assert.equal(holds, false)
    const found = violations.some((violation) => violation.startsWith(`sale 7 ${sentence}`))
    assert.ok(found, `${sentence}\nis not among\n${violations.join('\n')}`)
  })
}

// Orders of one unit each, of buyers above 100, recorded in the ledger alone.
const manyOrders = (count: number) => `
  with recursive numbers as (
    select 1 as number union all select number + 1 from numbers where number < ${count})
  insert into stock_ledger
    (order_id, step, sale_id, buyer_id, units, entry, stock_tokens, epoch, at)
  select ${ORDER.rejected} + number, 1, 7, 100 + number, 1, 'recorded', '[]', 1, ${T0 + 40}
  from numbers;`

const insertEntry = (order: {
  id: string
  step: number
  buyer: number
  entry: string
  at: number
}) => `
  insert into stock_ledger
    (order_id, step, sale_id, buyer_id, units, entry, reason, stock_tokens, epoch, at)
  values (${order.id}, ${order.step}, 7, ${order.buyer}, 1, '${order.entry}', 'expired', '[]', 1,
    ${order.at});`

const at = (ms: number) => new Date(T0 + ms).toISOString()

const looseLedger = (sql: string) =>
  sql.replace('primary key (order_id, step)\n) strict, without rowid', 'check (true)\n) strict')

suite('P1 never oversells', () => {
  names({
    wrong: 'more live units than the total',
    sql: `${manyOrders(7)} update sale_stock set available = 0`,
    names: `P1: 11 units are live, of 10; too many since order ${ORDER.again} was recorded`,
  })
  names({
    wrong: 'a total that was exceeded only for a while',
    sql: `${manyOrders(7)}
      insert into stock_ledger
        (order_id, step, sale_id, buyer_id, units, entry, reason, stock_tokens, epoch, at)
      select order_id, 2, 7, buyer_id, 1, 'released', 'cancelled', '[]', 1, ${T0 + 60}
      from stock_ledger where buyer_id > 100`,
    names: `P1: at ${at(40)} 13 units were live, of 8, as order ${ORDER.refunded}, `,
  })
  names({
    wrong: 'a unit lost from the home book',
    sql: 'update sale_stock set available = 5',
    names: 'P1: total 10 is not available 5 + live 4',
  })
  names({
    wrong: 'an engine with more to sell than home',
    engine: { available: 6, held: 3 },
    names: 'P1: the engine has 7 units to sell, home only 6',
  })
})

suite('P1 ledger and orders', () => {
  names({
    wrong: 'a second decision about one order',
    sql: insertEntry({ id: ORDER.pending, step: 1, buyer: 1, entry: 'recorded', at: T0 }),
    names: `P1: order ${ORDER.pending} has step 1 more than once`,
    schema: looseLedger,
  })
  names({
    wrong: 'an order released twice',
    sql: insertEntry({ id: ORDER.expired, step: 2, buyer: 4, entry: 'released', at: T0 + 301 }),
    names: `P1: order ${ORDER.expired} has step 2 more than once`,
    schema: looseLedger,
  })
  names({
    wrong: 'a release of an order that was never recorded',
    sql: insertEntry({ id: UNKNOWN, step: 2, buyer: 9, entry: 'released', at: T0 }),
    names: `P1: order ${UNKNOWN} was released and never recorded`,
  })
  names({
    wrong: 'a release of a rejected order',
    sql: insertEntry({ id: ORDER.rejected, step: 2, buyer: 6, entry: 'released', at: T0 + 900 }),
    names: `P1: order ${ORDER.rejected} was released after a rejection`,
  })
  names({
    wrong: 'a release from before the record',
    sql: `update stock_ledger set at = ${T0 - 5000} where order_id = ${ORDER.expired} and step = 2`,
    names: `P1: order ${ORDER.expired} was released before it was recorded`,
  })
  names({
    wrong: 'a release of other units than were recorded',
    sql: `update stock_ledger set units = 2 where order_id = ${ORDER.expired} and step = 2`,
    names: `P1: order ${ORDER.expired} was released with units 2, recorded with 1`,
  })
  names({
    wrong: 'a release for another buyer',
    sql: `update stock_ledger set buyer_id = 9 where order_id = ${ORDER.expired} and step = 2`,
    names: `P1: order ${ORDER.expired} was released with buyer 9, recorded with 4`,
  })
  const order = (id: string, set: string) => `update orders set ${set} where order_id = ${id}`
  names({
    wrong: 'a recorded order without its row',
    sql: `delete from orders where order_id = ${ORDER.pending}`,
    names: `P1: order ${ORDER.pending} was recorded in the ledger and has no order row`,
  })
  names({
    wrong: 'an order row that the ledger does not know',
    sql: order(ORDER.pending, `order_id = ${UNKNOWN}, status = 'paid'`),
    names: `P1: order ${UNKNOWN} is paid and is not in the ledger`,
  })
  names({
    wrong: 'an order row of another buyer',
    sql: order(ORDER.pending, 'buyer_id = 9'),
    names: `P1: order ${ORDER.pending} is buyer 9's, in the ledger 1's`,
  })
  names({
    wrong: 'an order row of other units',
    sql: order(ORDER.pending, 'units = 2'),
    names: `P1: order ${ORDER.pending} has 2 units, in the ledger 1`,
  })
  names({
    wrong: 'a rejected order that is pending',
    sql: order(ORDER.rejected, `status = 'pending'`),
    names: `P1: order ${ORDER.rejected} is pending, and rejected in the ledger`,
  })
  names({
    wrong: 'a recorded order that is rejected',
    sql: order(ORDER.pending, `status = 'rejected'`),
    names: `P1: order ${ORDER.pending} is rejected, and recorded in the ledger`,
  })
  names({
    wrong: 'an expired order that was never released',
    sql: order(ORDER.pending, `status = 'expired'`),
    names: `P1: order ${ORDER.pending} is expired and was never released`,
  })
  names({
    wrong: 'a paid order whose units were given back',
    sql: order(ORDER.expired, `status = 'paid'`),
    names: `P1: order ${ORDER.expired} is paid, and was released as expired`,
  })
  names({
    wrong: 'an order released for another reason than its status',
    sql: order(ORDER.expired, `status = 'cancelled'`),
    names: `P1: order ${ORDER.expired} is cancelled, and was released as expired`,
  })
  names({
    wrong: 'an order in a status that does not exist',
    sql: order(ORDER.pending, `status = 'sent'`),
    names: `P1: order ${ORDER.pending} has the unknown status sent`,
  })
})

suite('P3 once per buyer', () => {
  names({
    wrong: 'a buyer with two live orders',
    sql: `update stock_ledger set buyer_id = 1 where order_id = ${ORDER.paid}`,
    names: `P3: buyer 1 holds 2 live orders: ${ORDER.pending}, ${ORDER.paid}`,
  })
  names({
    wrong: 'a buyer who had two live orders for a while',
    sql: `update stock_ledger set at = ${T0 + 99} where order_id = ${ORDER.again}`,
    names: `P3: buyer 3 had order ${ORDER.again} recorded at ${at(99)}`,
  })
  names({
    wrong: 'an order of more units than one buyer may have',
    sql: 'update sales set per_buyer_limit = 1',
    names: `P3: order ${ORDER.paid} of buyer 2 has 2 units, of at most 1`,
  })
})

suite('P5 nothing is stranded', () => {
  names({
    wrong: 'a unit that home can sell and the engine cannot',
    engine: { returning: 0 },
    names: 'P5: engine available + returning 5 is not home available 6',
  })
  names({
    wrong: 'an engine that answers for fewer units than there are',
    engine: { available: 4 },
    names: 'P5: engine share 9 is not home total 10',
  })
  names({
    wrong: 'an engine that holds more than is live',
    engine: { held: 5, available: 4 },
    names: 'P5: engine held 5 is not home live 4',
  })
  names({
    wrong: 'a live order that the engine has lost',
    engine: { drift: 1, driftOrders: [ORDER.pending] },
    names: `P5: order ${ORDER.pending} of buyer 1 is live and the engine has lost it`,
  })
  names({
    wrong: 'an order that only the engine holds',
    engine: { drift: 1, driftOrders: [ORDER.expired] },
    names: `P5: the engine holds order ${ORDER.expired}, which is not live at home`,
  })
  names({
    wrong: 'units held for a dead letter',
    sql: `insert into dead_letters (source, order_id, message, reason, at)
      values ('${UNKNOWN}', ${UNKNOWN}, '{}', 'torn', 0)`,
    engine: { drift: 1, driftOrders: [UNKNOWN] },
    names: `P5: the engine holds order ${UNKNOWN}, which is a dead letter`,
  })
  names({
    wrong: 'orders on which the engine and home disagree',
    engine: { drift: 2 },
    names: 'P5: engine drift 2 is not nothing 0',
  })
})

suite('P7 terms are the server’s', () => {
  names({
    wrong: 'an order at another price',
    sql: `update orders set price = 1 where order_id = ${ORDER.paid}`,
    names: `P7: order ${ORDER.paid} has price 1 CNY, the sale 199900 CNY`,
  })
  names({
    wrong: 'an order that was reserved too long before the start',
    sql: `update orders set created_at = ${T0 - 3001} where order_id = ${ORDER.paid}`,
    names: `P7: order ${ORDER.paid} was reserved at ${at(-3001)}, the sale is open from ${at(0)} to `,
  })
  names({
    wrong: 'an order that was reserved too long after the end',
    sql: `update orders set created_at = ${T0 + 63_000} where order_id = ${ORDER.paid}`,
    names: `P7: order ${ORDER.paid} was reserved at ${at(63_000)}, the sale is open`,
  })
})

test('the auditor names rows of a sale that does not exist', async () => {
  using book = smallBook()
  book.database.exec(`update orders set sale_id = 9 where order_id = ${ORDER.paid}`)
  const [stray] = (await book.audit()).outside
  assert.equal(
    stray,
    `sale 9 P1: order ${ORDER.paid} stands in the orders, and the sale does not exist`,
  )
})

for (const { what, sql = '', engine, waits } of [
  {
    what: 'a task',
    sql: `insert into tasks (order_id, sale_id, buyer_id) values (${ORDER.expired}, 7, 4)`,
    waits: '1 in tasks',
  },
  { what: 'a loading engine', engine: { engine: 'rebuilding' }, waits: 'the engine is rebuilding' },
  {
    what: 'an engine of an older epoch',
    sql: 'update sale_stock set epoch = 2',
    waits: 'the engine was asked in epoch 1, home has 2',
  },
  {
    what: 'an engine that was asked before a restock',
    engine: { total: 9, homeAvailable: 5 },
    waits: 'the engine was asked when home was another',
  },
  {
    what: 'an empty engine',
    engine: { engine: 'absent' },
    waits: 'the engine does not hold the sale',
  },
])
  test(`${what} is not at rest, which breaks P5 only where rest is demanded`, async () => {
    using book = smallBook()
    book.database.exec(sql)
    const engines = { [SALE]: { ...ENGINE, ...engine } }
    assert.deepEqual((await book.audit({ engines })).violations, [])
    assert.deepEqual((await book.audit({ engines })).sales[0]!.waiting, [waits])
    assert.deepEqual((await book.audit({ engines, mustRest: true })).violations, [
      `sale 7 P5: not at rest: ${waits}`,
    ])
  })
