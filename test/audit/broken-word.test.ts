// Answers that the books do not bear out, one at a time: the auditor must name the order and the
// buyer.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Answer } from '../../audit/answers.ts'
import { ANSWERS, answer, ORDER, smallBook, T0, UNKNOWN } from './small-book.ts'

interface Plant {
  wrong: string
  answers?: Answer[]
  sql?: string
  names: string // what the violation says
}

const named = ({ wrong, answers = [], sql = '', names }: Plant) => {
  test(`the auditor names ${wrong}`, async () => {
    using book = smallBook()
    book.database.exec(sql)
    const { violations } = await book.audit({ answers: [...ANSWERS, ...answers] })
    const found = violations.some((violation) => violation.startsWith(`sale 7 ${names}`))
    assert.ok(found, `${names}\nis not among\n${violations.join('\n')}`)
  })
}

const at = (ms: number) => new Date(T0 + ms).toISOString()
const told = (buyerId: string, orderId: string, ms: number) =>
  answer({ buyerId, orderId, at: T0 + ms })
const shown = (buyerId: string, orderId: string, status: string) =>
  answer({ buyerId, orderId, status, at: T0 + 800, kind: 'order', outcome: 'ok' })

const word = (orderId: string, buyer: number, ms: number, outcome = 'accepted') =>
  `P2: order ${orderId} was answered ${outcome} to buyer ${buyer} at ${at(ms)}`
const look = (orderId: string, buyer: number, status: string) =>
  `P2: order ${orderId} was shown as ${status} to buyer ${buyer} at ${at(800)}`
const again = (buyer: number, orderId: string, ms: number) =>
  `P4: buyer ${buyer} was told order ${orderId} at ${at(ms)}`

suite('P2 never breaks its word', () => {
  named({
    wrong: 'an accepted order that the ledger does not know',
    answers: [told('8', UNKNOWN, 50)],
    names: `${word(UNKNOWN, 8, 50)}, and it is not in`,
  })
  named({
    wrong: 'an accepted order that is one digit off',
    answers: [told('8', '435601000000000000', 50)],
    names: 'P2: order 435601000000000000 was answered accepted to buyer 8',
  })
  named({
    wrong: 'an accepted order that was rejected',
    answers: [told('6', ORDER.rejected, 50)],
    names: `${word(ORDER.rejected, 6, 50)}, and the ledger has it as rejected`,
  })
  named({
    wrong: 'an order answered to another buyer than the ledger’s',
    answers: [{ ...told('8', ORDER.paid, 50), outcome: 'already-reserved' }],
    names: `${word(ORDER.paid, 8, 50, 'already-reserved')}, and the ledger has it for buyer 2`,
  })
  named({
    wrong: 'an accepted order without its row',
    sql: `delete from orders where order_id = ${ORDER.paid}`,
    names: `${word(ORDER.paid, 2, 12)}, and it has no order row`,
  })
  named({
    wrong: 'an accepted order recorded for another sale',
    sql: `update stock_ledger set sale_id = 8 where order_id = ${ORDER.paid}`,
    names: `${word(ORDER.paid, 2, 12)}, and it is not in the ledger of sale 7`,
  })
  named({
    wrong: 'an accepted order that became a dead letter',
    answers: [told('8', UNKNOWN, 50)],
    sql: `insert into dead_letters (source, order_id, message, reason, at)
      values ('${UNKNOWN}', ${UNKNOWN}, '{}', 'torn', 0)`,
    names: `${word(UNKNOWN, 8, 50)}, and it is a dead letter`,
  })
  named({
    wrong: 'an order shown as pending and never recorded',
    answers: [shown('6', ORDER.rejected, 'pending')],
    names: `${look(ORDER.rejected, 6, 'pending')}, and it is not recorded`,
  })
  named({
    wrong: 'a final status that did not stay',
    answers: [shown('2', ORDER.paid, 'refunded')],
    names: `${look(ORDER.paid, 2, 'refunded')}, and it is paid`,
  })
  named({
    wrong: 'an order shown to another buyer',
    answers: [shown('8', ORDER.paid, 'paid')],
    names: `${look(ORDER.paid, 8, 'paid')}, and it is buyer 2's`,
  })
})

suite('P4 a retry is safe', () => {
  named({
    wrong: 'a second order told while the first lived',
    answers: [told('1', UNKNOWN, 900)],
    names: `${again(1, UNKNOWN, 900)}, while order ${ORDER.pending} lived`,
  })
  named({
    wrong: 'a next order told before the first was released',
    answers: [told('3', ORDER.again, 90)],
    names: `${again(3, ORDER.again, 90)}, while order ${ORDER.cancelled} lived`,
  })
  named({
    wrong: 'a released order told again to one who asked after the next',
    answers: [{ ...told('3', ORDER.cancelled, 900), outcome: 'already-reserved' }],
    names: `${again(3, ORDER.again, 205)}, and order ${ORDER.cancelled} again`,
  })
  for (const outcome of ['not-started', 'ended', 'paused', 'sold-out'])
    named({
      wrong: `${outcome} answered to a buyer who was told an order before`,
      answers: [{ ...answer({ buyerId: '2', at: T0 + 900 }), outcome }],
      names: `P4: buyer 2 was answered ${outcome} at ${at(900)}, while holding order ${ORDER.paid}`,
    })
  test('a buyer whose acceptance got lost is a holder from the ledger’s record on', async () => {
    using book = smallBook()
    const soldOut = answer({ buyerId: '2', at: T0 + 900, outcome: 'sold-out' })
    const { violations } = await book.audit({ answers: [soldOut] })
    assert.equal(violations.length, 1)
    assert.match(violations[0]!, new RegExp(`while holding order ${ORDER.paid}`))
  })
  test('clocks may differ by as much as was allowed', async () => {
    using book = smallBook()
    const answers = [told('3', ORDER.cancelled, 25), told('3', ORDER.again, 90)]
    assert.equal((await book.audit({ answers, clockSkewMs: 9 })).holds, false)
    assert.equal((await book.audit({ answers, clockSkewMs: 10 })).holds, true)
  })
})

suite('P5 and P7, as far as answers show them', () => {
  named({
    wrong: 'a cancel that was answered and did not happen',
    answers: [
      answer({
        buyerId: '2',
        orderId: ORDER.paid,
        at: T0 + 800,
        kind: 'cancel',
        outcome: 'cancelled',
      }),
    ],
    names: `P5: order ${ORDER.paid} was answered cancelled to buyer 2 at ${at(800)}, and is paid`,
  })
  named({
    wrong: 'another price in an answer',
    answers: [{ ...told('2', ORDER.paid, 50), price: 1 }],
    names: `P7: order ${ORDER.paid} was answered with price 1, the sale's is 199900`,
  })
  named({
    wrong: 'other units in an answer',
    answers: [{ ...told('2', ORDER.paid, 50), units: 1 }],
    names: `P7: order ${ORDER.paid} was answered with 1 units, the ledger has 2`,
  })
})

test('the auditor names promises of a sale that does not exist', async () => {
  using book = smallBook()
  const { violations, outside } = await book.audit({
    answers: [{ ...told('2', ORDER.paid, 50), saleId: '9' }],
  })
  assert.deepEqual(violations, outside)
  assert.match(outside[0]!, new RegExp(`^sale 9 P2: order ${ORDER.paid} was answered accepted`))
})
