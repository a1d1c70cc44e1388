// Audits one sale, or all: recomputes its books and the promises from the database and from the
// clients' own log of answers. It imports nothing of the engine and never writes.
//
// Answers are read first and the database after them, so that while the engine runs every promise
// in the log is older than the books it is held against. One sale is in memory at a time.

import { type Answer, readAnswers, UnreadableInput } from './answers.ts'
import { answersBySale, noAnswers, type SaleAnswers } from './answers-by-sale.ts'
import { awaitedOrders } from './awaited.ts'
import type { Books, SaleRow, SaleRows } from './books.ts'
import type { EngineBook } from './engine-book.ts'
import { inTheirPlace } from './promises/in-their-place.ts'
import { keepsItsWord } from './promises/keeps-its-word.ts'
import { ledgerAndOrders } from './promises/ledger-and-orders.ts'
import { neverOversells, type Replay, replay } from './promises/never-oversells.ts'
import { nothingIsStranded, whyNotAtRest } from './promises/nothing-is-stranded.ts'
import { oncePerBuyer } from './promises/once-per-buyer.ts'
import { paidForOnce } from './promises/paid-for-once.ts'
import { retryIsSafe } from './promises/retry-is-safe.ts'
import { termsAreTheServers } from './promises/terms-are-the-servers.ts'
import { openSource } from './sources/open-source.ts'
import type { Stray } from './sources/source.ts'
import { type Summary, summaryOf } from './summary.ts'

export interface Audit {
  database: string // a SQLite file, or mysql://…,mysql://…, home first
  answers?: string | Iterable<Answer> | undefined // a log's path or its answers; none: no P2, no P4
  saleId?: string | undefined // all sales
  engines?: Record<string, EngineBook> | undefined // by sale: what the engine said, asked before; none: its units are not checked
  mustRest?: boolean | undefined // not being at rest breaks P5
  clockSkewMs?: number | undefined // how far the clients' clock may be from the store's
}

export interface Verdict {
  holds: boolean // nothing is broken; of P5 it says so only with `atRest`
  atRest: boolean
  violations: string[] // all of them, each with its sale and promise
  sales: SaleVerdict[]
  outside: string[] // those of the violations that belong to no sale of the database
}

export interface SaleVerdict {
  saleId: string
  atRest: boolean
  waiting: string[] // why it is not at rest
  books: Summary
  promises: Record<PromiseName, Finding>
  notes: string[] // what could not be checked, and why
}

export interface Finding {
  state: 'holds' | 'broken' | 'not at rest' | 'not checked'
  violations: string[] // sentences that name order ids
}

export type PromiseName = 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P7' | 'money'

const CLOCK_SKEW_MS = 5

export const auditSale = async (audit: Audit): Promise<Verdict> => {
  const answers =
    audit.answers === undefined ? undefined : answersBySale(readAnswers(audit.answers))
  await using source = await openSource(audit.database)
  const chosen = source.sales.filter((sale) => isAsked(sale, audit))
  if (audit.saleId !== undefined && chosen.length === 0)
    throw new UnreadableInput(`the database has no sale ${audit.saleId}`)
  const sales: SaleVerdict[] = []
  for (const sale of chosen) {
    const told = answers && (answers.get(sale.saleId) ?? noAnswers())
    sales.push(auditBooks(await source.readSale(sale), { audit, answers: told }))
  }
  const all = audit.saleId === undefined
  const outside = all
    ? [...strayRows(await source.readStrays()), ...strayPromises(source.sales, answers)]
    : []
  const violations = [...sales.flatMap(violationsOf), ...outside]
  return {
    holds: violations.length === 0,
    atRest: sales.every((sale) => sale.atRest),
    violations,
    sales,
    outside,
  }
}

// A deleted sale is nobody's any more: what is left of it goes table by table.
const isAsked = ({ saleId, deletedAt }: SaleRow, audit: Audit): boolean =>
  deletedAt === null && (audit.saleId === undefined || audit.saleId === saleId)

const auditBooks = (
  rows: SaleRows,
  { audit, answers }: { audit: Audit; answers: SaleAnswers | undefined },
): SaleVerdict => {
  const told = answers ?? noAnswers()
  const clockSkewMs = audit.clockSkewMs ?? CLOCK_SKEW_MS
  const seen = { ...rows, engine: audit.engines?.[rows.sale.saleId] }
  const books = { ...seen, awaited: awaitedOrders(seen, told.promised) }
  const history = replay(books)
  const waiting = whyNotAtRest(books)
  const stranded = nothingIsStranded(books, told.cancelled)
  if (audit.mustRest) stranded.push(...waiting.map((reason) => `not at rest: ${reason}`))
  const ifAsked = answers ? 'holds' : 'not checked'
  const oversold = [
    ...neverOversells(books, history),
    ...ledgerAndOrders(books),
    ...inTheirPlace(books),
  ]
  return {
    saleId: books.sale.saleId,
    atRest: waiting.length === 0,
    waiting,
    books: summaryOf(books, { history, answers: told }),
    promises: {
      P1: finding(oversold),
      P2: finding(keepsItsWord(books, told), ifAsked),
      P3: finding(oncePerBuyer(books)),
      P4: finding(retryIsSafe(books, { answers: told, clockSkewMs }), ifAsked),
      P5: finding(stranded, strandedState(books, waiting)),
      P7: finding(termsAreTheServers(books, told)),
      money: finding(paidForOnce(books)),
    },
    notes: notesOn(books, { history, answers }),
  }
}

const strandedState = ({ engine }: Books, waiting: string[]): Finding['state'] => {
  if (waiting.length > 0) return 'not at rest'
  return engine ? 'holds' : 'not checked'
}

const finding = (violations: string[], otherwise: Finding['state'] = 'holds'): Finding => ({
  state: violations.length > 0 ? 'broken' : otherwise,
  violations,
})

const notesOn = (
  books: Books,
  { history, answers }: { history: Replay; answers: SaleAnswers | undefined },
): string[] => {
  const notes: string[] = []
  if (!answers) notes.push('no log of answers was given: P2 and P4 are not checked')
  if (!history.withRestocks)
    notes.push("not all restocks are in the audit log: history is held against today's total")
  if (books.sale.leftEngineAt !== null)
    notes.push('the sale has left the engine: its units there are not checked')
  else if (!books.engine) notes.push('the engine was not asked: its units are not checked')
  return notes
}

const violationsOf = ({ saleId, promises }: SaleVerdict): string[] =>
  Object.entries(promises).flatMap(([name, { violations }]) =>
    violations.map((violation) => `sale ${saleId} ${name}: ${violation}`),
  )

const strayRows = (strays: Stray[]): string[] =>
  strays.map(({ place, id, owner }) =>
    place === 'payments'
      ? `money: payment ${id} is of order ${owner}, and the order does not exist`
      : `sale ${owner} P1: order ${id} stands in the ${place}, and the sale does not exist`,
  )

const strayPromises = (
  sales: SaleRow[],
  answers: Map<string, SaleAnswers> = new Map(),
): string[] => {
  const known = new Set(sales.map(({ saleId }) => saleId))
  return [...answers].flatMap(([saleId, { promised }]) => {
    if (known.has(saleId)) return []
    return promised.map(
      ({ orderId, buyerId, outcome }) =>
        `sale ${saleId} P2: order ${orderId} was answered ${outcome} to buyer ${buyerId}, ` +
        'and the sale does not exist',
    )
  })
}
