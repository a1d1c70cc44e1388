// A sale on a Redis of the test's own: the real program as a child process, and a herd that buys, asks
// again and gives up. Once it has begun nobody operates it, so whatever goes on goes on by itself. At
// last everything is sold, and the independent auditor gives the verdict.
//
// SEED=7 node --test test/faults/redis-….test.ts

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Answer } from '../../audit/answers.ts'
import { askUntil } from './ask-redis.ts'
import { closedMs } from './closed-ms.ts'
import type { Json } from './engine.ts'
import { startHerd } from './herd.ts'
import { lawHolds, readAudit, seeded, sellOut } from './law-holds.ts'
import { operator, type SaleOf } from './operator.ts'
import { PRODUCTION, PRODUCTION_KEY, startServer } from './server.ts'

export interface RedisSaleOptions extends Partial<SaleOf> {
  context: TestContext
  stockUrl: string
  env?: Record<string, string>
}

export interface RedisSale extends AsyncDisposable {
  output: () => string // all that the program has printed
  key(name: string): string // of the first segment, in Redis
  count(outcome: string): number // of the answers until now
  reaches(outcome: string, more: number): Promise<void> // waits for so many more of these answers
  sells(units: number): Promise<void> // so many more
  rebuilt(): Promise<void> // waits until it is open again, in a later epoch than the last seen
  // Sells all that is left, then asserts the law, the promises and how long the sale was closed.
  // Returns the books.
  ends(): Promise<Json>
}

const BUYERS = 2000
const CLIENTS = 16

// So many give up that the herd alone never sells everything.
const STOCK = 1000
const CANCEL_SHARE = 0.6

const CLOSED_MS_MAX = 15_000
const GOES_ON = { withinMs: CLOSED_MS_MAX + 5000 }

// With a sweep and comparisons of the books that a short test sees.
const SETTINGS = {
  ...PRODUCTION,
  SECKILL_SWEEP_AFTER_MS: '1000',
  SECKILL_RECONCILE_EVERY_MS: '1000',
  SECKILL_RECONCILE_PAUSE_MS: '50',
}

export const startRedisSale = async (options: RedisSaleOptions): Promise<RedisSale> => {
  const { context, stockUrl, stock = STOCK, strategy = 'counter', segments = 1 } = options
  const random = seeded(context)
  await using opened = new AsyncDisposableStack() // what fails below leaves nothing open
  const env = { ...SETTINGS, SECKILL_STOCK_URL: stockUrl, ...options.env }
  const program = opened.use(await startServer({ env }))
  const { url, folder, output } = program
  const server = { url, adminKey: PRODUCTION_KEY }
  const saleId = await operator(server).makeSale({ stock, strategy, segments })
  const tokens = await operator(server).tokens(saleId, BUYERS)
  const at = { server, folder, saleId, tokens, chance: random }
  const herd = opened.use(startHerd({ ...at, url, clients: CLIENTS, cancelShare: CANCEL_SHARE }))
  const { answers } = herd
  const open = opened.move()
  return {
    output,
    key: (name) => `seckill:{${saleId}.0}:${name}`,
    ...waitsOn(answers, () => readAudit(at)),
    async ends() {
      await herd.stop()
      const all = [...answers, ...(await sellOut(at))]
      const books = await lawHolds(context, { ...at, answers: all })
      context.diagnostic(toldInTime(all, segments))
      assert.equal(countOf(all, 'no-answer'), 0, output())
      assert.doesNotMatch(output(), /"msg":"(drift|a promise was broken)"/)
      return books
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

const countOf = (answers: Answer[], outcome: string): number =>
  answers.filter((one) => one.outcome === outcome).length

const waitsOn = (
  answers: Answer[],
  audit: () => Promise<Json>,
): Pick<RedisSale, 'count' | 'reaches' | 'sells' | 'rebuilt'> => {
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
const toldInTime = (answers: Answer[], segments: number): string => {
  const answeredMs = Math.max(...answers.map(({ at, sentAt }) => at - sentAt))
  const closed = closedMs(answers, segments)
  assert.ok(answeredMs <= ANSWERED_MS_MAX, `an answer took ${answeredMs} ms`)
  assert.ok(closed <= CLOSED_MS_MAX, `the sale was closed for ${closed} ms`)
  return `closed for ${closed} ms, the longest answer took ${answeredMs} ms`
}
