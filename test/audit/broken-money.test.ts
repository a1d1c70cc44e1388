// Money that does not fit its order, one wrong thing at a time: the auditor must name the order and the
// payment.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { ORDER, smallBook, UNKNOWN } from './small-book.ts'

const PAYMENT = {
  paid: '435601000000000012',
  failed: '435601000000000013', // of `cancelled`
  due: '435601000000000015', // of `expired`
  refunded: '435601000000000016',
} as const

const WRONG: { wrong: string; sql: string; names: string }[] = [
  {
    wrong: 'a paid order whose payment failed',
    sql: payment('paid', `status = 'failed', received_amount = null, received_currency = null`),
    names: `order ${ORDER.paid} is paid, and no payment of it succeeded`,
  },
  {
    wrong: 'an order that was paid twice',
    sql: payment('failed', `order_id = ${ORDER.paid}, status = 'succeeded'`),
    names: `order ${ORDER.paid} is paid by more than one payment: ${PAYMENT.paid}, ${PAYMENT.failed}`,
  },
  {
    wrong: 'money that bought an expired order',
    sql: payment('due', `status = 'succeeded', reason = null`),
    names: `order ${ORDER.expired} is expired, and payment ${PAYMENT.due} succeeded`,
  },
  {
    wrong: 'a refunded order whose money stayed',
    sql: `delete from payments where payment_id = ${PAYMENT.refunded}`,
    names: `order ${ORDER.refunded} is refunded, and no payment of it is owed back`,
  },
  {
    wrong: 'a payment of another amount than the order costs',
    sql: payment('paid', 'amount = 199900, received_amount = 199900'),
    names: `payment ${PAYMENT.paid} of order ${ORDER.paid} is of 199900 CNY, the order costs 399800`,
  },
  {
    wrong: 'a payment that succeeded with other money',
    sql: payment('paid', `received_currency = 'JPY'`),
    names: `payment ${PAYMENT.paid} of order ${ORDER.paid} succeeded, and 399800 JPY came`,
  },
  {
    wrong: 'a failed payment for which money came',
    sql: payment('failed', `received_amount = 1, received_currency = 'CNY'`),
    names: `payment ${PAYMENT.failed} of order ${ORDER.cancelled} is failed, and 1 CNY came`,
  },
  {
    wrong: 'money owed back that never came',
    sql: payment('due', 'received_amount = null'),
    names: `payment ${PAYMENT.due} of order ${ORDER.expired} is refund-due, and nothing came`,
  },
  {
    wrong: 'a status of a payment that does not exist',
    sql: payment('due', `status = 'lost'`),
    names: `payment ${PAYMENT.due} of order ${ORDER.expired} has the unknown status lost`,
  },
  ...['order-cancelled', 'already-paid', 'wrong-amount', 'wrong-currency', 'order-lost', null].map(
    (reason) => ({
      wrong: `money owed back as ${reason}, which it is not`,
      sql: payment('due', reason === null ? 'reason = null' : `reason = '${reason}'`),
      names: `payment ${PAYMENT.due} of order ${ORDER.expired} is refund-due as ${reason}`,
    }),
  ),
]

function payment(which: keyof typeof PAYMENT, set: string): string {
  return `update payments set ${set} where payment_id = ${PAYMENT[which]}`
}

suite('money', () => {
  for (const { wrong, sql, names } of WRONG)
    test(`the auditor names ${wrong}`, async () => {
      using book = smallBook()
      book.database.exec(sql)
      const { violations } = await book.audit()
      const found = violations.some((violation) => violation.startsWith(`sale 7 money: ${names}`))
      assert.ok(found, `${names}\nis not among\n${violations.join('\n')}`)
    })

  for (const [reason, set] of [
    ['already-paid', `order_id = ${ORDER.paid}, amount = 399800, received_amount = 399800`],
    ['wrong-amount', 'received_amount = 1'],
    ['wrong-currency', `received_currency = 'JPY'`],
  ])
    test(`money that is rightly owed back as ${reason} is in order`, async () => {
      using book = smallBook()
      book.database.exec(payment('due', `reason = '${reason}', ${set}`))
      assert.deepEqual((await book.audit()).violations, [])
    })

  test('the auditor names a payment of an order that does not exist', async () => {
    using book = smallBook()
    book.database.exec(payment('paid', `order_id = ${UNKNOWN}`))
    const { outside } = await book.audit()
    const sentence = `payment ${PAYMENT.paid} is of order ${UNKNOWN}, and the order does not exist`
    assert.deepEqual(outside, [`money: ${sentence}`])
  })
})
