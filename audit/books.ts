// Everything the store says of one sale, ids as decimal text so that none loses a digit. Where it is
// read stands in `sources`; nothing here is shared with the engine that writes it: a mistake there must
// not be repeated here. It must never judge.

import type { EngineBook } from './engine-book.ts'

export interface Books extends SaleRows {
  engine: EngineBook | undefined // what the engine says itself; undefined: nobody asked it
  awaited: Set<string> // order ids that wait on the queue, or may: see awaited.ts
}

// As the store has it.
export interface SaleRows {
  sale: SaleRow
  ledger: Map<string, Entry> // by order id, like the next
  orders: Map<string, OrderRow>
  otherEntries: LedgerRow[] // second rows of one step, which should not exist
  otherOrders: OrderRow[] // second rows of an order, in other tables
  payments: Map<string, PaymentRow[]> // by order id
  inTransit: Map<string, TransitRow> // empty where the queue is not in the store
  queueIsSeen: boolean
  tasks: Set<string> // order ids, like the next two
  outbox: Set<string>
  deadLetters: Set<string>
  restocks: { at: number; units: number }[]
  databases: string[] // over which orders are spread, by name; none where there is one table
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
  deletedAt: number | null
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
  tableNumber: number // of the table it stands in, where there are many
  place: number // of the database, in the list of them
}

export type TransitRow = Omit<OrderRow, 'status' | 'tableNumber' | 'place'>

export interface PaymentRow {
  paymentId: string
  orderId: string
  amount: number
  currency: string
  status: string
  reason: string | null
  receivedAmount: number | null
  receivedCurrency: string | null
}

export interface RestockRow {
  at: number
  subject: string
  details: string
}

export const noRows = (sale: SaleRow, databases: string[] = []): SaleRows => ({
  sale,
  ledger: new Map(),
  orders: new Map(),
  otherEntries: [],
  otherOrders: [],
  payments: new Map(),
  inTransit: new Map(),
  queueIsSeen: databases.length === 0,
  tasks: new Set(),
  outbox: new Set(),
  deadLetters: new Set(),
  restocks: [],
  databases,
})

// Rows as they are read, each put where it belongs; the ledger's first. There may be a million: one text
// that stands in many of them is kept once.

export const takeLedgerRow = ({ ledger, otherEntries }: SaleRows, row: LedgerRow) => {
  row.entry = word(row.entry)
  row.reason &&= word(row.reason)
  const entry = ledger.get(row.orderId)
  const known = entry?.decided ?? entry?.released
  if (known) row.orderId = known.orderId
  if (known?.buyerId === row.buyerId) row.buyerId = known.buyerId
  const step = row.step === 1 ? 'decided' : 'released'
  if (!entry) ledger.set(row.orderId, { decided: undefined, released: undefined, [step]: row })
  else if (entry[step]) otherEntries.push(row)
  else entry[step] = row
}

export const takeOrder = ({ ledger, orders, otherOrders }: SaleRows, row: OrderRow) => {
  row.currency = word(row.currency)
  row.status = word(row.status)
  const decided = ledger.get(row.orderId)?.decided
  if (decided) row.orderId = decided.orderId
  if (decided?.buyerId === row.buyerId) row.buyerId = decided.buyerId
  if (orders.has(row.orderId)) otherOrders.push(row)
  else orders.set(row.orderId, row)
}

export const takePayment = ({ orders, payments }: SaleRows, row: PaymentRow) => {
  row.orderId = orders.get(row.orderId)?.orderId ?? row.orderId
  row.currency = word(row.currency)
  row.receivedCurrency &&= word(row.receivedCurrency)
  row.status = word(row.status)
  row.reason &&= word(row.reason)
  const others = payments.get(row.orderId)
  if (others) others.push(row)
  else payments.set(row.orderId, [row])
}

const words = new Map<string, string>()
const WORDS_MAX = 1000

const word = (text: string): string => {
  const known = words.get(text)
  if (known === undefined && words.size < WORDS_MAX) words.set(text, text)
  return known ?? text
}

// The subject ends with the sale's id, the details carry the units. What cannot be read as such is
// left out, and the sum then shows that the restocks are not all known.
export const takeRestock = (
  { sale, restocks }: SaleRows,
  { at, subject, details }: RestockRow,
): void => {
  if (/[0-9]+$/.exec(subject)?.[0] !== sale.saleId) return
  const units = unitsIn(details)
  if (units !== undefined) restocks.push({ at, units })
}

const unitsIn = (details: string): number | undefined => {
  try {
    const value = JSON.parse(details) as { units?: unknown } | null
    return typeof value?.units === 'number' ? value.units : undefined
  } catch {
    return undefined
  }
}
