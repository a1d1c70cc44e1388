// Everything the database says of one sale, read at one instant, ids as decimal text so that none
// loses a digit. It reads tables by name and shares no code with the engine that writes them: a
// mistake there must not be repeated here. It must never write, and never judge.

import { DatabaseSync } from 'node:sqlite'
import { UnreadableInput } from './answers.ts'
import type { EngineBook } from './engine-book.ts'
import * as sql from './statements.ts'

export interface Books {
  sale: SaleRow
  ledgerRows: LedgerRow[] // as they stand, also those that should not exist
  ledger: Map<string, Entry> // the same by order id
  orders: Map<string, OrderRow>
  inTransit: Map<string, TransitRow>
  tasks: Set<string> // order ids, like the next two
  outbox: Set<string>
  deadLetters: Set<string>
  engine: EngineBook | undefined // what the engine says itself; undefined: nobody asked it
  restocks: { at: number; units: number }[]
}

export interface SaleRow {
  saleId: string
  price: number
  currency: string
  startsAt: number
  endsAt: number
  perBuyerLimit: number
  paused: number
  closedAt: number | null
  leftEngineAt: number | null
  total: number
  available: number
  restocked: number
  version: number
  epoch: number
}

export interface LedgerRow {
  orderId: string
  step: number
  buyerId: string
  units: number
  entry: string
  reason: string | null
  at: number
}

export interface Entry {
  decided: LedgerRow | undefined // step 1, the first found
  released: LedgerRow | undefined // step 2, the first found
}

export interface OrderRow {
  orderId: string
  buyerId: string
  units: number
  price: number
  currency: string
  reservedAt: number
  status: string
}

export type TransitRow = Omit<OrderRow, 'status'>

export type Engines = Record<string, EngineBook> // by sale id

const BUSY_MS = 5000

// The books of one sale or of all, in one read transaction. `strays` are order ids whose sale has
// no row, each with the table it stands in.
export const readBooks = (
  databaseFile: string,
  { saleId, engines = {} }: { saleId?: string | undefined; engines?: Engines | undefined },
): { books: Books[]; strays: Stray[] } => {
  try {
    using database = new DatabaseSync(databaseFile, { readOnly: true, timeout: BUSY_MS })
    database.exec('begin')
    const sales = rows<SaleRow>(database, sql.SELECT_SALES)
    const chosen = sales.filter((sale) => saleId === undefined || sale.saleId === saleId)
    const strays = rows<Stray>(database, sql.SELECT_STRAYS)
    const books = chosen.map((sale) => ({
      ...readSale(database, sale),
      engine: engines[sale.saleId],
    }))
    return { books, strays }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new UnreadableInput(`${databaseFile} cannot be read as a seckill database: ${why}`, cause)
  }
}

export interface Stray {
  place: string
  orderId: string
  saleId: string
}

const rows = <Row>(database: DatabaseSync, statement: string, ...values: string[]): Row[] =>
  database.prepare(statement).all(...values) as unknown[] as Row[]

const readSale = (database: DatabaseSync, sale: SaleRow): Omit<Books, 'engine'> => {
  const of = <Row>(statement: string) => rows<Row>(database, statement, sale.saleId)
  const ids = (statement: string) => new Set(of<{ orderId: string }>(statement).map(orderIdOf))
  const ledgerRows = of<LedgerRow>(sql.SELECT_LEDGER)
  return {
    sale,
    ledgerRows,
    ledger: entriesOf(ledgerRows),
    orders: byOrderId(of<OrderRow>(sql.SELECT_ORDERS)),
    inTransit: byOrderId(of<TransitRow>(sql.SELECT_IN_TRANSIT)),
    tasks: ids(sql.SELECT_TASKS),
    outbox: ids(sql.SELECT_OUTBOX),
    deadLetters: new Set(rows<{ orderId: string }>(database, sql.SELECT_DEAD).map(orderIdOf)),
    restocks: restocksOf(sale.saleId, rows<AuditRow>(database, sql.SELECT_RESTOCKS)),
  }
}

const orderIdOf = (row: { orderId: string }) => row.orderId

const byOrderId = <Row extends { orderId: string }>(all: Row[]): Map<string, Row> =>
  new Map(all.map((row) => [row.orderId, row]))

const entriesOf = (all: LedgerRow[]): Map<string, Entry> => {
  const ledger = new Map<string, Entry>()
  for (const row of all) {
    let entry = ledger.get(row.orderId)
    if (!entry) ledger.set(row.orderId, (entry = { decided: undefined, released: undefined }))
    if (row.step === 1) entry.decided ??= row
    else entry.released ??= row
  }
  return ledger
}

interface AuditRow {
  at: number
  subject: string
  details: string
}

// The subject ends with the sale's id, the details carry the units. What cannot be read as such is
// left out, and the sum then shows that the restocks are not all known.
const restocksOf = (saleId: string, all: AuditRow[]): Books['restocks'] =>
  all.flatMap(({ at, subject, details }) => {
    if (/[0-9]+$/.exec(subject)?.[0] !== saleId) return []
    const units = unitsIn(details)
    return units === undefined ? [] : [{ at, units }]
  })

const unitsIn = (details: string): number | undefined => {
  try {
    const value = JSON.parse(details) as { units?: unknown } | null
    return typeof value?.units === 'number' ? value.units : undefined
  } catch {
    return undefined
  }
}
