// Books in one SQLite file, in one read transaction.

import { DatabaseSync } from 'node:sqlite'
import {
  type LedgerRow,
  noRows,
  type OrderRow,
  type PaymentRow,
  type RestockRow,
  type SaleRow,
  type SaleRows,
  takeLedgerRow,
  takeOrder,
  takePayment,
  takeRestock,
  type TransitRow,
} from '../books.ts'
import { reading, type Source, type Stray } from './source.ts'
import * as sql from './sqlite-statements.ts'

const BUSY_MS = 5000

export const openSqlite = (file: string): Promise<Source> =>
  reading(file, () => {
    using opened = new DisposableStack()
    const database = opened.use(new DatabaseSync(file, { readOnly: true, timeout: BUSY_MS }))
    database.exec('begin')
    const sales = [...rows<SaleRow>(database, sql.SELECT_SALES)]
    const open = opened.move()
    return {
      sales,
      readSale: (sale) => reading(file, () => readSale(database, sale)),
      readStrays: () =>
        reading(file, () => [
          ...rows<Stray>(database, sql.SELECT_STRAYS),
          ...rows<Stray>(database, sql.SELECT_STRAY_PAYMENTS),
        ]),
      [Symbol.asyncDispose]: async () => open.dispose(),
    }
  })

const rows = <Row>(database: DatabaseSync, statement: string, ...values: string[]) =>
  database.prepare(statement).iterate(...values) as Iterable<unknown> as Iterable<Row>

const readSale = (database: DatabaseSync, sale: SaleRow): SaleRows => {
  const of = <Row>(statement: string) => rows<Row>(database, statement, sale.saleId)
  const all = noRows(sale)
  for (const row of of<LedgerRow>(sql.SELECT_LEDGER)) takeLedgerRow(all, row)
  for (const row of of<OrderRow>(sql.SELECT_ORDERS)) takeOrder(all, row)
  for (const row of of<PaymentRow>(sql.SELECT_PAYMENTS)) takePayment(all, row)
  for (const row of of<TransitRow>(sql.SELECT_IN_TRANSIT)) all.inTransit.set(row.orderId, row)
  for (const { orderId } of of<Named>(sql.SELECT_TASKS)) all.tasks.add(orderId)
  for (const { orderId } of of<Named>(sql.SELECT_OUTBOX)) all.outbox.add(orderId)
  for (const { orderId } of rows<Named>(database, sql.SELECT_DEAD)) all.deadLetters.add(orderId)
  for (const row of rows<RestockRow>(database, sql.SELECT_RESTOCKS)) takeRestock(all, row)
  return all
}

interface Named {
  orderId: string
}
