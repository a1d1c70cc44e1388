// Audits one sale, or all: recomputes its books and the promises from the database and from the
// clients' own log of answers. It imports nothing of the engine and never writes.
//
// Answers are read first and the database after them, so that while the engine runs every promise
// in the log is older than the books it is held against.

import { type Answer, readAnswers, UnreadableInput } from './answers.ts'
import { answersBySale, noAnswers, type SaleAnswers } from './answers-by-sale.ts'
import { type Books, type Engines, readBooks, type Stray } from './books.ts'
import { keepsItsWord } from './promises/keeps-its-word.ts'
import { ledgerAndOrders } from './promises/ledger-and-orders.ts'
import { neverOversells, type Replay, replay } from './promises/never-oversells.ts'
import { nothingIsStranded, whyNotAtRest } from './promises/nothing-is-stranded.ts'
import { oncePerBuyer } from './promises/once-per-buyer.ts'
import { retryIsSafe } from './promises/retry-is-safe.ts'
import { termsAreTheServers } from './promises/terms-are-the-servers.ts'
import { type Summary, summaryOf } from './summary.ts'

export interface Audit {
  databaseFile: string
  answers?: string | Iterable<Answer> | undefined // a log's path or its answers; none: no P2, no P4
  saleId?: string | undefined // all sales
  engines?: Engines | undefined // what the engine said, asked before; none: its units are not checked
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

export type PromiseName = 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P7'

const CLOCK_SKEW_MS = 5

export const auditSale = (audit: Audit): Verdict => {
  const answers =
    audit.answers === undefined ? undefined : answersBySale(readAnswers(audit.answers))
  const { books, strays } = readBooks(audit.databaseFile, audit)
  if (audit.saleId !== undefined && books.length === 0)
    throw new UnreadableInput(`${audit.databaseFile} has no sale ${audit.saleId}`)
  const sales = books.map((one) =>
    auditBooks(one, { audit, answers: answers && answersOf(one, answers) }),
  )
  const all = audit.saleId === undefined
  const outside = all ? [...strayRows(strays), ...strayPromises(books, answers)] : []
  const violations = [...sales.flatMap(violationsOf), ...outside]
  return {
    holds: violations.length === 0,
    atRest: sales.every((sale) => sale.atRest),
    violations,
    sales,
    outside,
  }
}

const answersOf = ({ sale }: Books, answers: Map<string, SaleAnswers>): SaleAnswers =>
  answers.get(sale.saleId) ?? noAnswers()

const auditBooks = (
  books: Books,
  { audit, answers }: { audit: Audit; answers: SaleAnswers | undefined },
): SaleVerdict => {
  const told = answers ?? noAnswers()
  const clockSkewMs = audit.clockSkewMs ?? CLOCK_SKEW_MS
  const history = replay(books)
  const waiting = whyNotAtRest(books)
  const stranded = nothingIsStranded(books, told.cancelled)
  if (audit.mustRest) stranded.push(...waiting.map((reason) => `not at rest: ${reason}`))
  return {
    saleId: books.sale.saleId,
    atRest: waiting.length === 0,
    waiting,
    books: summaryOf(books, { history, answers: told }),
    promises: {
      P1: finding([...neverOversells(books, history), ...ledgerAndOrders(books)]),
      P2: finding(keepsItsWord(books, told), answers ? 'holds' : 'not checked'),
      P3: finding(oncePerBuyer(books)),
      P4: finding(
        retryIsSafe(books, { answers: told, clockSkewMs }),
        answers ? 'holds' : 'not checked',
      ),
      P5: finding(stranded, strandedState(books, waiting)),
      P7: finding(termsAreTheServers(books, told)),
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
  strays.map(
    ({ place, orderId, saleId }) =>
      `sale ${saleId} P1: order ${orderId} stands in the ${place}, and the sale does not exist`,
  )

const strayPromises = (books: Books[], answers: Map<string, SaleAnswers> = new Map()): string[] => {
  const known = new Set(books.map(({ sale }) => sale.saleId))
  return [...answers].flatMap(([saleId, { promised }]) => {
    if (known.has(saleId)) return []
    return promised.map(
      ({ orderId, buyerId, outcome }) =>
        `sale ${saleId} P2: order ${orderId} was answered ${outcome} to buyer ${buyerId}, ` +
        'and the sale does not exist',
    )
  })
}
