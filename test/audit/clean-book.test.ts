// Books that keep every promise: the auditor must say so, and must not cry wolf.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ANSWERS, answer, ENGINE, ORDER, SALE, smallBook, T0, UNKNOWN } from './small-book.ts'

test('a clean book holds every promise', async () => {
  using book = smallBook()
  const verdict = await book.audit({ mustRest: true })
  assert.deepEqual(verdict.violations, [])
  assert.deepEqual([verdict.holds, verdict.atRest], [true, true])
  for (const { state } of Object.values(verdict.sales[0]!.promises)) assert.equal(state, 'holds')
  assert.deepEqual(verdict.sales[0]!.notes, [])
})

test('the books are spelled out in units', async () => {
  using book = smallBook()
  const { books } = (await book.audit({ saleId: SALE })).sales[0]!
  assert.deepEqual(books.home, { total: 10, available: 6, restocked: 2, epoch: 1, version: 3 })
  assert.deepEqual(books.ledger, { live: 4, released: 3, rejected: 1 })
  assert.deepEqual([books.orders['pending'], books.orders['paid']], [2, 2])
  assert.deepEqual(books.peak, { units: 6, at: T0 + 40 })
  assert.equal(books.answers['accepted'], 6)
})

test('a promised order that is still on the queue is not broken, and not at rest', async () => {
  using book = smallBook()
  book.database.exec(`insert into in_transit (order_id, message_version, sale_id, buyer_id,
      units, price, currency, sale_version, epoch, stock_tokens, reserved_at)
    values (${UNKNOWN}, 1, 7, 8, 1, 199900, 'CNY', 3, 1, '[]', ${T0 + 800})`)
  const told = answer({ buyerId: '8', orderId: UNKNOWN, at: T0 + 801 })
  const engine = { ...ENGINE, available: 4, held: 5, inTransit: 1 }
  const verdict = await book.audit({ answers: [...ANSWERS, told], engines: { [SALE]: engine } })
  assert.deepEqual(verdict.violations, [])
  assert.equal(verdict.atRest, false)
  const waiting = ['1 in transit', '1 units in transit in the engine']
  assert.deepEqual(verdict.sales[0]!.waiting, waiting)
  assert.equal(verdict.sales[0]!.promises.P5.state, 'not at rest')
})

test('a cancel that stands in the outbox is not broken, and not at rest', async () => {
  using book = smallBook()
  book.database.exec(`update orders set status = 'cancelled' where order_id = ${ORDER.pending};
    insert into outbox (order_id, sale_id, buyer_id, reason, at)
    values (${ORDER.pending}, 7, 1, 'cancelled', 0)`)
  const verdict = await book.audit()
  assert.deepEqual(verdict.violations, [])
  assert.deepEqual(verdict.sales[0]!.waiting, ['1 in the outbox'])
})

test('crossed answers are no violation when some order of events explains them', async () => {
  using book = smallBook()
  const late = answer({ buyerId: '3', orderId: ORDER.cancelled, at: T0 + 900, sentAt: T0 + 50 })
  const denied = answer({ buyerId: '1', at: T0 + 80, sentAt: T0 + 1, outcome: 'sold-out' })
  const answers = [...ANSWERS, { ...late, outcome: 'already-reserved' }, denied]
  assert.deepEqual((await book.audit({ answers })).violations, [])
})

test('a busy answer promises nothing, whatever became of its order', async () => {
  using book = smallBook()
  const busy = answer({ buyerId: '8', orderId: UNKNOWN, at: T0 + 50, outcome: 'busy' })
  assert.deepEqual((await book.audit({ answers: [...ANSWERS, busy] })).violations, [])
})

test('without a log of answers its promises are called not checked', async () => {
  using book = smallBook()
  const { promises, notes } = (await book.audit({ answers: undefined })).sales[0]!
  assert.deepEqual([promises.P2.state, promises.P4.state], ['not checked', 'not checked'])
  assert.equal(notes.length, 1)
})

test('without a word of the engine its units are called not checked', async () => {
  using book = smallBook()
  const { promises, notes } = (await book.audit({ engines: {} })).sales[0]!
  assert.equal(promises.P5.state, 'not checked')
  assert.match(notes.join(), /the engine was not asked/)
})

test('restocks that the audit log does not know are said to be unknown', async () => {
  using book = smallBook()
  book.database.exec('delete from audit_log')
  const verdict = await book.audit()
  assert.deepEqual(verdict.violations, [])
  assert.match(verdict.sales[0]!.notes.join(), /not all restocks/)
})

test('a sale that nobody has preheated yet is at rest', async () => {
  using book = smallBook()
  book.database.exec(`insert into sales (sale_id, product_id, title, price, currency, starts_at,
      ends_at, per_buyer_limit, strategy, segments, admission, pay_within_ms, tokens_from_ms,
      limits, rehearsal, created_at)
    select 8, product_id, title, price, currency, starts_at, ends_at, per_buyer_limit, strategy,
      segments, admission, pay_within_ms, tokens_from_ms, limits, rehearsal, created_at
    from sales where sale_id = 7;
    insert into sale_stock (sale_id, total, available) values (8, 5, 5)`)
  const verdict = await book.audit()
  assert.deepEqual([verdict.holds, verdict.atRest, verdict.sales.length], [true, true, 2])
})

test('one consistent reading is taken while a writer is in the middle of a transaction', async () => {
  using book = smallBook()
  book.database.exec('begin immediate; update sale_stock set available = 0')
  assert.equal((await book.audit()).holds, true)
  book.database.exec('commit')
  assert.equal((await book.audit()).holds, false)
})

test('the auditor changes nothing', async () => {
  using book = smallBook()
  const version = () => book.database.prepare('pragma data_version').get()
  const before = version()
  await book.audit()
  assert.deepEqual(version(), before)
})
