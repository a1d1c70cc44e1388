// A sale under a herd that buys, asks again and gives up. Once it has begun nobody operates it, so
// whatever goes on goes on by itself. At last everything is sold, and the independent auditor gives the
// verdict.
//
// SEED=7 node --test test/faults/….test.ts

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Answer } from '../../audit/answers.ts'
import { askUntil } from './ask-redis.ts'
import { answeredMsMax, closedMs } from './closed-ms.ts'
import type { Json } from './engine.ts'
import { startHerd } from './herd.ts'
import { lawHolds, readAudit, type SaleAt, seeded, sellOut } from './law-holds.ts'
import { operator, type SaleOf } from './operator.ts'

export interface HerdSaleOptions extends Partial<SaleOf>, Omit<SaleAt, 'saleId'> {
  context: TestContext
}

export interface HerdSale extends AsyncDisposable {
  saleId: string
  answers: Answer[] // until now
  count(outcome: string): number // of these answers
  reaches(outcome: string, more: number): Promise<void> // waits for so many more of these answers
  sells(units: number): Promise<void> // so many more
  rebuilt(): Promise<void> // waits until it is open again, in a later epoch than the last seen
  stop(): Promise<void> // the herd goes home
  // Sells all that is left, then asserts the law, the promises and how long the sale was closed, besides
  // the time for which something was broken on purpose. Returns the books.
  ends(of?: { brokenMs?: number }): Promise<Json>
}

const BUYERS = 2000
const CLIENTS = 16

// So many give up that the herd alone never sells everything.
const STOCK = 1000
const CANCEL_SHARE = 0.6

const CLOSED_MS_MAX = 15_000
const GOES_ON = { withinMs: CLOSED_MS_MAX + 5000 }

export const startHerdSale = async (options: HerdSaleOptions): Promise<HerdSale> => {
  const { context, stock = STOCK, strategy = 'counter', segments = 1, ...place } = options
  const random = seeded(context)
  const { server } = place
  const saleId = await operator(server).makeSale({ stock, strategy, segments })
  const tokens = await operator(server).tokens(saleId, BUYERS)
  const at = { ...place, saleId, tokens, chance: random }
  const of = { ...at, url: server.url, clients: CLIENTS, cancelShare: CANCEL_SHARE }
  const { answers, stop, ...herd } = startHerd(of)
  return {
    saleId,
    answers,
    ...waitsOn(answers, () => readAudit(at)),
    stop,
    async ends({ brokenMs = 0 } = {}) {
      await stop()
      const all = [...answers, ...(await sellOut(at))]
      const books = await lawHolds(context, { ...at, answers: all })
      context.diagnostic(toldInTime(all, { segments, brokenMs }))
      return books
    },
    ...herd,
  }
}

const countOf = (answers: Answer[], outcome: string): number =>
  answers.filter((one) => one.outcome === outcome).length

const waitsOn = (
  answers: Answer[],
  audit: () => Promise<Json>,
): Pick<HerdSale, 'count' | 'reaches' | 'sells' | 'rebuilt'> => {
  let epoch = 1
  const count = (outcome: string) => countOf(answers, outcome)
  const reaches = async (outcome: string, more: number) => {
    const least = count(outcome) + more
    const limit = { ...GOES_ON, wanted: `${more} more answers are ${outcome}` }
    await askUntil(
      async () => count(outcome),
      (seen) => seen >= least,
      limit,
    )
  }
  return {
    count,
    reaches,
    sells: (units) => reaches('accepted', units),
    async rebuilt() {
      const isLater = (books: Json) => books.engine === 'open' && books.epoch > epoch
      ;({ epoch } = await askUntil(audit, isLater, { ...GOES_ON, wanted: 'the sale is rebuilt' }))
    },
  }
}

const ANSWERED_MS_MAX = 3000

// Asserts that nobody waited for too long, for an answer or for a decision, and says how long they did.
const toldInTime = (
  answers: Answer[],
  { segments, brokenMs }: { segments: number; brokenMs: number },
): string => {
  const answeredMs = answeredMsMax(answers)
  const closed = closedMs(answers, segments)
  assert.ok(answeredMs <= ANSWERED_MS_MAX, `an answer took ${answeredMs} ms`)
  assert.ok(closed <= CLOSED_MS_MAX + brokenMs, `the sale was closed for ${closed} ms`)
  return `closed for ${closed} ms, the longest answer took ${answeredMs} ms`
}
