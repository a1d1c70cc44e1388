// Books in several MySQL databases: the ledger in the first, which is home, orders and payments in all of
// them. There is no instant at which one could read all at once, so the others are read as they were
// just before home: a row there was decided at home before. Where home knows more than such a row shows,
// the row is looked at once more, since a change of an order comes before its release at home.

import { UnreadableInput } from '../answers.ts'
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
} from '../books.ts'
import { lookAgain } from './mysql-second-look.ts'
import { type Connection, connect } from './mysql-connection.ts'
import * as sql from './mysql-statements.ts'
import { type OrderTables, orderTables } from './mysql-tables.ts'
import type { Source, Stray } from './source.ts'

export const openMysql = async (database: string): Promise<Source> => {
  await using opened = new AsyncDisposableStack()
  const urls = database.split(',')
  const connections = urls.map((url, place) => opened.use(connect(url, place)))
  await refuseOthers(connections)
  const all = await Promise.all(connections.map((one) => orderTables(one, urls.length)))
  for (const { connection } of all.toReversed()) await connection.begin()
  const home = all[0]!.connection
  const sales = await home.rows<SaleRow>(sql.SELECT_SALES)
  const open = opened.move()
  return {
    sales,
    async readSale(sale) {
      const rows = await readSale(all, sale)
      await lookAgain(urls, { all, rows })
      return rows
    },
    readStrays: () => readStrays(all, ['0', ...sales.map(({ saleId }) => saleId)]),
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

interface Member {
  id: string
  place: number
  ofHowMany: number
}

// A database too few, too many or at another place would make orders disappear.
const refuseOthers = async (connections: Connection[]) => {
  let first: Member | undefined
  for (const { name, place, rows } of connections) {
    const [member] = await rows<Member>(sql.SELECT_MEMBER)
    first ??= member
    const is = `${(member?.place ?? 0) + 1} of ${member?.ofHowMany}`
    const should = `${place + 1} of ${connections.length}`
    if (is !== should)
      throw new UnreadableInput(
        `${name} is database ${is} of its installation, and was named as ${should}: name all, in their order`,
      )
    if (member?.id !== first?.id)
      throw new UnreadableInput(`${name} belongs to another installation than the first database`)
  }
}

const readSale = async (all: OrderTables[], sale: SaleRow): Promise<SaleRows> => {
  const rows = noRows(
    sale,
    all.map(({ connection }) => connection.name),
  )
  const saleId = [sale.saleId]
  const home = all[0]!.connection
  await home.each<LedgerRow>(sql.SELECT_LEDGER, saleId, (row) => takeLedgerRow(rows, row))
  for (const { connection, ofAll, outbox } of all) {
    const { place, each } = connection
    await each<OrderRow>(...ofAll(sql.SELECT_ORDERS, saleId), (row) =>
      takeOrder(rows, { ...row, place }),
    )
    await each<PaymentRow>(...ofAll(sql.SELECT_PAYMENTS, saleId), (row) => takePayment(rows, row))
    for (const { orderId } of await connection.rows<Named>(outbox(sql.SELECT_OUTBOX), saleId))
      rows.outbox.add(orderId)
  }
  await home.each<Named>(sql.SELECT_TASKS, saleId, ({ orderId }) => rows.tasks.add(orderId))
  await home.each<Named>(sql.SELECT_DEAD, [], ({ orderId }) => rows.deadLetters.add(orderId))
  await home.each<RestockRow>(sql.SELECT_RESTOCKS, [], (row) => takeRestock(rows, row))
  return rows
}

interface Named {
  orderId: string
}

const readStrays = async (all: OrderTables[], saleIds: string[]): Promise<Stray[]> => {
  const strays = await all[0]!.connection.rows<Stray>(sql.SELECT_STRAY_LEDGER, [saleIds])
  for (const { connection, ofAll } of all) {
    strays.push(...(await connection.rows<Stray>(...ofAll(sql.SELECT_STRAY_ORDERS, [saleIds]))))
    const [paid] = await connection.rows<Count>(sql.COUNT_PAYMENTS)
    const ofOrders = await connection.rows<Count>(...ofAll(sql.COUNT_PAYMENTS_OF, []))
    const known = ofOrders.reduce((sum, { payments }) => sum + payments, 0)
    if (known === paid!.payments) continue
    const [orders] = ofAll(sql.SELECT_ORDER_IDS, [])
    const payments = sql.SELECT_STRAY_PAYMENTS.replace('{orders}', orders)
    strays.push(...(await connection.rows<Stray>(payments)))
  }
  return strays
}

interface Count {
  payments: number
}
