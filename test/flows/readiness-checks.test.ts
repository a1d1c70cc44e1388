// Every answer of every check, from facts that are well but for one thing.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Sale } from '../../src/domain/sale.ts'
import {
  CHECK_NAMES,
  type CheckLevel,
  type CheckName,
  readinessChecks,
  type SaleFacts,
} from '../../src/flows/operators/readiness-checks.ts'
import type { ReconciledBooks } from '../../src/flows/stock/reconcile.ts'
import { AT_MS, sampleProduct, sampleSale } from '../contracts/samples.ts'

const HOUR_MS = 3_600_000

const { stock, ...terms } = sampleSale({ productId: '1', stock: 1000 })

const sale = (set: Partial<Sale> = {}): Sale => ({
  ...terms,
  saleId: '1',
  paused: false,
  closedAtMs: undefined,
  leftEngineAtMs: undefined,
  version: 1,
  ...set,
})

const books = (set: Partial<ReconciledBooks> = {}): ReconciledBooks => ({
  total: stock,
  available: stock,
  returning: 0,
  held: 0,
  inTransit: 0,
  inTransfer: 0,
  live: 0,
  homeAvailable: stock,
  orders: { pending: 0, paid: 0, cancelled: 0, expired: 0, refunded: 0, rejected: 0 },
  released: 0,
  rejected: 0,
  oversold: 0,
  duplicateBuyers: 0,
  epoch: 1,
  engine: 'open',
  drift: 0,
  driftOrders: [],
  unaccounted: { home: 0, engine: 0 },
  ...set,
})

// Half an hour before the start.
const facts = (set: Partial<SaleFacts> = {}): SaleFacts => ({
  sale: sale(),
  product: { productId: '1', ...sampleProduct },
  books: books(),
  lag: { messages: 0, oldestAtMs: undefined },
  strategies: ['counter'],
  unready: [],
  storeFailure: undefined,
  rates: { salePerSecond: 100_000, buyerPerSecond: 3 },
  nowMs: AT_MS - HOUR_MS / 2,
  ...set,
})

const EARLY = AT_MS - 3 * HOUR_MS
const absent = books({ engine: 'absent', available: 0 })

const CASES: [CheckName, CheckLevel, RegExp, Partial<SaleFacts>][] = [
  ['state', 'fail', /closed for good/, { sale: sale({ closedAtMs: AT_MS }) }],
  ['state', 'fail', /is over/, { nowMs: AT_MS + 2 * HOUR_MS }],
  ['state', 'fail', /paused: resume/, { sale: sale({ paused: true }) }],
  ['state', 'warn', /rehearsal/, { sale: sale({ rehearsal: true }) }],
  ['start', 'ok', /^in 30 min, for 60 min$/, {}],
  ['start', 'ok', /^in 3 h/, { nowMs: EARLY }],
  ['start', 'ok', /^in 2 d/, { nowMs: AT_MS - 48 * HOUR_MS }],
  ['start', 'warn', /^it began 5 s ago$/, { nowMs: AT_MS + 5000 }],
  ['engine', 'ok', /^open, 1000 of 1000 units/, {}],
  ['engine', 'warn', /puts it there in 2 h/, { books: absent, nowMs: EARLY }],
  [
    'engine',
    'fail',
    /strategy tokens: set SECKILL_STOCK_URL/,
    { sale: sale({ strategy: 'tokens' }) },
  ],
  ['engine', 'fail', /is absent: look/, { books: absent }],
  ['engine', 'fail', /is rebuilding/, { books: books({ engine: 'rebuilding' }) }],
  [
    'engine',
    'fail',
    /has 999 units, and the sale has 1000/,
    { books: books({ unaccounted: { home: 0, engine: 1 } }) },
  ],
  [
    'engine',
    'fail',
    /1 units are held before the start/,
    { books: books({ available: 999, held: 1 }) },
  ],
  ['tokens', 'ok', /^good now$/, {}],
  ['tokens', 'ok', /^good in 2 h$/, { nowMs: EARLY }],
  ['tokens', 'warn', /set tokensFromMs/, { sale: sale({ tokensFromMs: 0 }) }],
  ['price', 'ok', /^50 % below/, {}],
  ['price', 'warn', /more than 90 % below .*slip/, { sale: sale({ price: 1980 }) }],
  ['price', 'warn', /not below the list price/, { sale: sale({ price: 19_900 }) }],
  ['price', 'fail', /product does not exist/, { product: undefined }],
  ['units', 'ok', /^1000, at most 1 a buyer$/, {}],
  ['units', 'warn', /ten buyers can have them all/, { sale: sale({ perBuyerLimit: 101 }) }],
  ['rates', 'ok', /^100000 attempts a second, 3 a buyer$/, {}],
  ['rates', 'warn', /over a minute/, { sale: sale({ limits: { attemptsPerSecond: 16 } }) }],
  ['rates', 'warn', /for programs/, { sale: sale({ limits: { buyerPerSecond: 11 } }) }],
  ['payment', 'ok', /^within 15 min$/, {}],
  ['payment', 'warn', /too short for people/, { sale: sale({ payWithinMs: 119_000 }) }],
  ['payment', 'warn', /after the end/, { sale: sale({ payWithinMs: HOUR_MS + 1 }) }],
  ['books', 'ok', /agree/, {}],
  ['books', 'fail', /3 units oversold: pause/, { books: books({ oversold: 3 }) }],
  ['books', 'fail', /two live orders/, { books: books({ duplicateBuyers: 1 }) }],
  ['books', 'fail', /2 orders on which they disagree/, { books: books({ drift: 2 }) }],
  ['books', 'warn', /ask again/, { books: books({ drift: undefined }) }],
  ['queue', 'ok', /^empty$/, {}],
  ['queue', 'warn', /1 orders wait/, { lag: { messages: 1, oldestAtMs: AT_MS - HOUR_MS / 2 } }],
  [
    'queue',
    'fail',
    /the oldest for 60 min/,
    { lag: { messages: 9, oldestAtMs: AT_MS - 1.5 * HOUR_MS } },
  ],
  ['loops', 'ok', /works$/, {}],
  ['loops', 'fail', /^node-lease, look fail/, { unready: ['node-lease', 'look'] }],
  ['store', 'ok', /can be written/, {}],
  ['store', 'fail', /STORE_FULL/, { storeFailure: 'STORE_FULL' }],
]

suite('readiness', () => {
  test('a sale with which all is well has no warning', () => {
    const checks = readinessChecks(facts())
    assert.deepEqual(
      checks.map(({ check }) => check),
      [...CHECK_NAMES],
    )
    assert.ok(checks.every(({ level }) => level === 'ok'))
  })

  for (const [name, level, says, set] of CASES)
    test(`${name}, ${level}: ${says.source}`, () => {
      const found = readinessChecks(facts(set)).find(({ check }) => check === name)!
      assert.equal(found.level, level)
      assert.match(found.says, says)
    })
})
