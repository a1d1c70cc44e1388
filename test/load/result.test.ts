// What the load generator concludes from what it saw: which answers break the server's word, and how
// long units that came back waited for their next buyer.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Books } from '../../src/load/books.ts'
import { learn, newBuyer, outcomeOf } from '../../src/load/buyer.ts'
import { chanceOf } from '../../src/load/chance.ts'
import { isLoopback } from '../../src/load/target.ts'
import { resoldOf } from '../../src/load/resold.ts'
import { loadResult, type Measured } from '../../src/load/result.ts'
import { newTally } from '../../src/load/tally.ts'

const NEITHER = { unknown: false, earlier: false }

const buyer = () => newBuyer({ buyerId: '7', token: 't', retriesMax: 0 })

suite('a buyer', () => {
  test('may be told the same order any number of times', () => {
    const one = buyer()
    assert.deepEqual(learn(one, 'accepted', '11'), { learned: 'order' })
    assert.deepEqual(learn(one, 'already-reserved', '11'), { learned: 'nothing' })
    assert.deepEqual(learn(one, 'busy', '11'), { learned: 'nothing' })
    assert.equal(one.unknown, false)
  })

  test('who is told another order was lied to', () => {
    const one = buyer()
    learn(one, 'accepted', '11')
    assert.equal(learn(one, 'already-reserved', '12').learned, 'broken word')
  })

  for (const denial of ['sold-out', 'ended', 'paused', 'not-started'])
    test(`who holds an order and is answered ${denial} was lied to`, () => {
      const one = buyer()
      learn(one, 'accepted', '11')
      assert.equal(learn(one, denial, undefined).learned, 'broken word')
    })

  test('who got no answer may have an order, until an answer says', () => {
    const one = buyer()
    learn(one, 'no-answer', undefined)
    assert.equal(one.unknown, true)
    assert.deepEqual(learn(one, 'already-reserved', '11'), { learned: 'order' })
    assert.deepEqual({ unknown: one.unknown, earlier: one.earlier }, NEITHER)
  })

  test('who is told at once of an order held it before the herd came', () => {
    const one = buyer()
    learn(one, 'already-reserved', '11')
    assert.equal(one.earlier, true)
  })

  test('an answer that is no outcome is no answer, and says why', () => {
    const reply = { fault: '', body: {}, retryAfterMs: undefined, sentAtMs: 1, atMs: 2 }
    const heard = outcomeOf({ ...reply, status: 500, body: { code: 'internal' } })
    assert.deepEqual(heard, { outcome: 'no-answer', fault: 'HTTP 500 internal' })
    assert.equal(outcomeOf({ ...reply, status: 409, body: { code: 'sold-out' } }).fault, '')
  })
})

const BOOKS: Books = {
  total: 2,
  available: 2,
  returning: 0,
  held: 0,
  inTransit: 0,
  live: 0,
  pending: 0,
  paid: 0,
  released: 0,
  rejected: 0,
  drift: 0,
  oversold: 0,
  duplicateBuyers: 0,
  engine: 'open',
}
const SOLD: Books = { ...BOOKS, available: 0, held: 2, live: 2, pending: 2 }

const measured = (of: Partial<Measured>): Measured => ({
  saleId: '1',
  seed: 1,
  buyers: 5,
  overMs: 100,
  tally: { ...newTally(), ordersAtMs: [10, 20] },
  before: BOOKS,
  after: SOLD,
  unknown: 0,
  stillSoldOut: 3,
  auditor: undefined,
  ...of,
})

suite('the verdict', () => {
  test('is good when all that was accepted is recorded', () => {
    assert.deepEqual(loadResult(measured({})).broken, [])
  })

  const BROKEN: [string, Partial<Measured>, RegExp][] = [
    ['an order is missing', { after: { ...SOLD, live: 1 } }, /2 orders accepted, only 1 recorded/],
    ['an order is untold', { after: { ...SOLD, live: 3 } }, /3 orders recorded, 2 accepted/],
    ['units are oversold', { after: { ...SOLD, oversold: 1 } }, /1 units oversold/],
    ['a buyer has two', { after: { ...SOLD, duplicateBuyers: 1 } }, /two live orders/],
    [
      'the books disagree',
      { after: { ...SOLD, drift: 4 } },
      /4 orders on which the books disagree/,
    ],
    ['it does not rest', { after: { ...SOLD, inTransit: 1 } }, /did not come to rest/],
    [
      'a word was broken',
      { tally: { ...newTally(), ordersAtMs: [1, 2], broken: ['so'], brokenCount: 1 } },
      /^so$/,
    ],
    [
      'a unit is stranded',
      { tally: { ...newTally(), ordersAtMs: [10, 20], cancelledAtMs: [30] } },
      /1 units came back and were not for sale again/,
    ],
    ['the auditor says so', { auditor: { holds: false, broken: ['P1'] } }, /^auditor: P1$/],
  ]
  for (const [what, of, said] of BROKEN)
    test(`is broken when ${what}`, () => {
      const { good, broken } = loadResult(measured(of))
      assert.equal(good, false)
      assert.match(broken.join('\n'), said)
    })

  test('leaves room for buyers who were not told', () => {
    assert(loadResult(measured({ after: { ...SOLD, live: 3 }, unknown: 1 })).good)
  })
})

suite('units that came back', () => {
  test('are sold in the order in which they came back, after those that were there', () => {
    const resold = resoldOf({
      available: 2,
      ordersAtMs: [1500, 10, 1200, 20],
      cancelledAtMs: [1100, 1000, 1400],
    })
    assert.deepEqual(resold, { count: 2, unsold: 1, p50Ms: 400, maxMs: 400 })
  })
})

suite('the herd', () => {
  test('is the same for the same seed', () => {
    const shares = (seed: number) => Array.from({ length: 9 }, chanceOf(seed).share)
    assert.deepEqual(shares(7), shares(7))
    assert.notDeepEqual(shares(7), shares(8))
    assert(shares(7).every((share) => share >= 0 && share < 1))
  })

  test('goes to this machine and no other', () => {
    for (const here of ['http://127.0.0.1:3000', 'http://127.9.9.9', 'http://[::1]:1', LOCALHOST])
      assert(isLoopback(here), here)
    for (const there of ['http://10.0.0.1', 'http://127.0.0.1.example.com', 'http://[::2]', 'no'])
      assert(!isLoopback(there), there)
  })
})

const LOCALHOST = 'http://localhost:3000'
