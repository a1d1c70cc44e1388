// What the load generator concludes from what it saw: which answers break the server's word, and how
// long units that came back waited for their next buyer.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import type { Books } from '../../src/load/books.ts'
import { learn, outcomeOf } from '../../src/load/buyers/buyer.ts'
import { newTally, type Tally } from '../../src/load/counts/tally.ts'
import { recordAnswer } from '../../src/load/counts/timeline.ts'
import type { LoadOptions } from '../../src/load/load.ts'
import { peakRates, recordedPerSecond } from '../../src/load/outcome/rates.ts'
import { resoldOf } from '../../src/load/outcome/resold.ts'
import { loadResult, type Measured } from '../../src/load/outcome/result.ts'
import { seriesOf } from '../../src/load/outcome/series.ts'
import { isLoopback } from '../../src/load/target.ts'
import { buyerWith as buyer } from './support.ts'

const PAY_WITHIN_MS = 1000

// An answer, asked for at one instant and given ten milliseconds later.
const tell = (one: ReturnType<typeof buyer>, outcome: string, orderId?: string, sentAtMs = 0) =>
  learn(one, { outcome, orderId, sentAtMs, atMs: sentAtMs + 10 }, PAY_WITHIN_MS)

suite('a buyer', () => {
  test('may be told the same order any number of times', () => {
    const one = buyer()
    assert.deepEqual(tell(one, 'accepted', '11'), { learned: 'order' })
    assert.deepEqual(tell(one, 'already-reserved', '11'), { learned: 'nothing' })
    assert.deepEqual(tell(one, 'busy', '11'), { learned: 'nothing' })
    assert.equal(one.unknownSinceMs, undefined)
  })

  test('who is told another order was lied to', () => {
    const one = buyer()
    tell(one, 'accepted', '11')
    assert.equal(tell(one, 'already-reserved', '12').learned, 'broken word')
  })

  for (const denial of ['sold-out', 'ended', 'paused', 'not-started'])
    test(`who holds an order and is answered ${denial} was lied to`, () => {
      const one = buyer()
      tell(one, 'accepted', '11')
      assert.equal(tell(one, denial).learned, 'broken word')
    })

  test('whose order may have expired by now holds nothing against the server', () => {
    const one = buyer()
    tell(one, 'accepted', '11')
    assert.equal(tell(one, 'sold-out', undefined, PAY_WITHIN_MS).learned, 'nothing')
    const again = tell(one, 'accepted', '12', PAY_WITHIN_MS)
    assert.deepEqual(again, { learned: 'order', expiredAtMs: PAY_WITHIN_MS })
    assert.equal(tell(one, 'sold-out', undefined, PAY_WITHIN_MS + 20).learned, 'broken word')
  })

  test('who got no answer may have an order, until an answer says', () => {
    const one = buyer()
    tell(one, 'no-answer')
    assert.equal(one.unknownSinceMs, 0)
    assert.deepEqual(tell(one, 'already-reserved', '11'), { learned: 'order' })
    assert.deepEqual([one.unknownSinceMs, one.earlier], [undefined, false])
  })

  test('who is told late of an order counts its life from the attempt that may have got it', () => {
    const one = buyer()
    tell(one, 'busy', '11')
    tell(one, 'already-reserved', '11', 600)
    assert.equal(tell(one, 'accepted', '12', PAY_WITHIN_MS).learned, 'order')
    tell(one, 'no-answer', undefined, 2 * PAY_WITHIN_MS)
    tell(one, 'already-reserved', '13', 2 * PAY_WITHIN_MS + 600)
    assert.equal(tell(one, 'sold-out', undefined, 3 * PAY_WITHIN_MS).learned, 'nothing')
  })

  test('who is told at once of an order held it before the herd came', () => {
    const one = buyer()
    tell(one, 'already-reserved', '11')
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

const tallyOf = (of: Partial<Tally>): Tally => ({ ...newTally(0), ...of })

// Two orders for the two units that there were.
const ORDERS = { ordersAtMs: [10, 20] }

interface Seen {
  tally?: Partial<Tally>
  after?: Partial<Books>
  leftInLine?: number
  auditor?: Measured['auditor']
  inTime?: boolean
}

const measured = (seen: Seen): Measured => ({
  options: { processes: 1, withinMs: 5000 } as LoadOptions,
  clock: { offsetMs: 0, errorMs: 1 },
  sale: {
    saleId: '1',
    own: true,
    startsAtMs: 0,
    payWithinMs: 1000,
    strategy: 'counter',
    segments: 1,
    before: BOOKS,
  },
  counted: {
    tally: tallyOf({ ...ORDERS, ...seen.tally }),
    unknown: 0,
    leftInLine: seen.leftInLine ?? 0,
    cpuMs: 1,
    busiestOpeningMs: 1,
  },
  story: { samples: [], inTime: seen.inTime ?? true, overAtMs: 9000 },
  after: { ...SOLD, ...seen.after },
  cpu: { ownMs: 1, wallMs: 10 },
  auditor: seen.auditor,
})

suite('the verdict', () => {
  test('is good when all that was accepted is recorded', () => {
    assert.deepEqual(loadResult(measured({})).broken, [])
  })

  const BROKEN: [string, Seen, RegExp][] = [
    ['an order is missing', { after: { live: 1 } }, /2 orders accepted, only 1 recorded/],
    ['an order is untold', { after: { live: 3 } }, /3 orders recorded, 2 accepted/],
    ['units are oversold', { after: { oversold: 1 } }, /1 units oversold/],
    ['a buyer has two', { after: { duplicateBuyers: 1 } }, /two live orders/],
    ['the books disagree', { after: { drift: 4 } }, /4 orders on which the books disagree/],
    ['it does not rest', { after: { inTransit: 1 } }, /did not come to rest/],
    ['a word was broken', { tally: { broken: ['so'], brokenCount: 1 } }, /^so$/],
    [
      'a payment is not in the books',
      { tally: { paidAtMs: [30, 40] }, after: { paid: 1 } },
      /2 orders seen paid, only 1 in the books/,
    ],
    [
      'a unit that came back is waited for in vain',
      { tally: { gaveBackAtMs: [30] }, leftInLine: 1 },
      /1 units came back and were not for sale again/,
    ],
    [
      'somebody is refused a unit that came back long ago',
      { tally: { gaveBackAtMs: [30], soldOutAskedAtMs: 1031 } },
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

  const GOOD: [string, Seen][] = [
    ['attempts that nobody was told of', { after: { live: 3 }, tally: { undecided: 1 } }],
    ['a unit that came back and that nobody wants', { tally: { gaveBackAtMs: [30] } }],
    [
      'a refusal just after a unit came back',
      { tally: { gaveBackAtMs: [30], soldOutAskedAtMs: 900 } },
    ],
  ]
  for (const [what, of] of GOOD)
    test(`leaves room for ${what}`, () => assert.deepEqual(loadResult(measured(of)).broken, []))

  test('tells who reads it what the figures cannot', () => {
    const notes = (seen: Seen) => loadResult(measured(seen)).notes.join('; ')
    assert.match(
      notes({ tally: { dropped: 3 } }),
      /3 attempts were planned and not sent: no connection/,
    )
    assert.match(notes({ tally: { faults: new Map([['socket closed', 2]]) } }), /2 questions were/)
    assert.match(notes({ tally: { late: 5 } }), /the generator had no time to spare/)
    assert.match(notes({ inTime: false }), /given up 5 s after the last arrival/)
    assert.equal(notes({}), '')
  })
})

suite('units that came back', () => {
  test('are sold in the order in which they came back, after those that were there', () => {
    const resold = resoldOf({
      available: 2,
      ordersAtMs: [1500, 10, 1200, 20],
      gaveBackAtMs: [1100, 1000, 1400],
    })
    const { count, unsold, unsoldSinceMs, p50Ms, maxMs } = resold
    assert.deepEqual({ count, unsold, unsoldSinceMs }, { count: 2, unsold: 1, unsoldSinceMs: 1400 })
    assert.deepEqual({ p50Ms, maxMs }, { p50Ms: 400, maxMs: 400 })
  })
})

suite('rates', () => {
  const { timeline } = tallyOf({})
  for (let at = 0; at < 30; at += 1)
    recordAnswer(timeline, { outcome: 'sold-out', plannedMs: at * 100, atMs: at * 100 + 1 })
  recordAnswer(timeline, { outcome: 'accepted', plannedMs: 0, atMs: 50 })

  test('keep each outcome apart, in all and in its busiest second', () => {
    assert.deepEqual(peakRates(timeline), {
      'sold-out': { count: 30, busiestPerSecond: 10 },
      accepted: { count: 1, busiestPerSecond: 1 },
    })
  })

  test('over time add up to all answers', () => {
    const { answersPerSecond, everyMs, seconds } = seriesOf(timeline)
    const sum = answersPerSecond['sold-out']!.reduce((total, rate) => total + rate, 0)
    assert.equal((sum * everyMs) / 1000, 30)
    assert.equal(seconds.length, 30)
  })

  test('of recorded orders end where nine tenths were in the books', () => {
    const sample = (atMs: number, live: number) => ({ atMs, live, available: 0, returning: 0 })
    const samples = [sample(1100, 2), sample(1500, 92), sample(9000, 102)]
    assert.equal(recordedPerSecond(samples, { openedAtMs: 1000, liveBefore: 2 }), 180)
    assert.equal(recordedPerSecond(samples, { openedAtMs: 1000, liveBefore: 102 }), undefined)
  })
})

suite('the herd', () => {
  test('goes to this machine and no other', () => {
    for (const here of ['http://127.0.0.1:3000', 'http://127.9.9.9', 'http://[::1]:1', LOCALHOST])
      assert(isLoopback(here), here)
    for (const there of ['http://10.0.0.1', 'http://127.0.0.1.example.com', 'http://[::2]', 'no'])
      assert(!isLoopback(there), there)
  })
})

const LOCALHOST = 'http://localhost:3000'
