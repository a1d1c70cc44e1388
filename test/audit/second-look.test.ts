// Databases cannot be read at one instant: what home already knows, and the rows of another database did
// not show yet when they were read, is looked at once more.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noRows, type SaleRows, takeLedgerRow, takeOrder } from '../../audit/books.ts'
import { connect } from '../../audit/sources/mysql-connection.ts'
import { lookAgain } from '../../audit/sources/mysql-second-look.ts'
import { orderTables } from '../../audit/sources/mysql-tables.ts'
import { needsMysql } from '../support/needs-mysql.ts'
import { mysqlBook, ORDER } from './mysql-book.ts'

const recorded = (orderId: string, buyerId: string) => {
  return { orderId, step: 1, buyerId, units: 1, entry: 'recorded', reason: null, at: 1 }
}

const order = (orderId: string, buyerId: string, status: string) => {
  const terms = { units: 1, price: 199_900, currency: 'CNY', reservedAt: 1 }
  return { orderId, buyerId, ...terms, status, tableNumber: Number(buyerId), place: 1 }
}

// As the auditor has them when it read the second database a moment too early.
const behind = (urls: string[]): SaleRows => {
  const rows = noRows({ saleId: '7' } as SaleRows['sale'], urls)
  takeLedgerRow(rows, recorded(ORDER.pending, '1')) // written since
  takeLedgerRow(rows, recorded(ORDER.refunded, '5')) // refunded since
  takeLedgerRow(rows, { ...recorded(ORDER.refunded, '5'), step: 2, entry: 'released' })
  takeOrder(rows, order(ORDER.refunded, '5', 'paid'))
  takeLedgerRow(rows, recorded(ORDER.cancelled, '3')) // written and given up since
  return rows
}

test('an order of which home knows more than its row is read again', needsMysql(), async () => {
  const { urls } = await mysqlBook()
  await using opened = new AsyncDisposableStack()
  const connections = urls.map((url, place) => opened.use(connect(url, place)))
  const all = await Promise.all(connections.map((one) => orderTables(one, urls.length)))
  const rows = behind(urls)
  await lookAgain(urls, { all, rows })
  assert.equal(rows.orders.get(ORDER.pending)!.status, 'pending')
  assert.equal(rows.orders.get(ORDER.refunded)!.status, 'refunded')
  assert.deepEqual(
    rows.payments.get(ORDER.refunded)!.map(({ reason }) => reason),
    ['order-refunded'],
  )
  assert.deepEqual([...rows.outbox], [ORDER.cancelled], 'its release may be on the way')
})
