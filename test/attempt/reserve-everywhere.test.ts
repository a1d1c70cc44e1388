// Selling out a sale of several segments, with an engine that answers as each test says; what real
// segments do is in the contract of the stock engine.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { reserveEverywhere } from '../../src/attempt/reserve-everywhere.ts'
import type { Reserved, SegmentReading } from '../../src/domain/stock.ts'
import type { Stock } from '../../src/ports/stock.ts'

const SOLD_OUT: Reserved = { answer: 'sold-out' }
const attempts = [{ buyerId: '1', orderId: '10', units: 1 }]
const batch = { saleId: '7', segments: 2, segment: 0, attempts }

const reading = (segment: number, set: Partial<SegmentReading> = {}): SegmentReading => ({
  segment,
  state: 'open',
  epoch: 3,
  version: 5,
  saleVersion: 1,
  share: 0,
  available: 0,
  returning: 0,
  held: 0,
  out: 0,
  outTo: [],
  inTransit: 0,
  buyers: 0,
  ...set,
})

// Answers each reading in turn, the last one for ever; home is always empty.
const engine = (readings: SegmentReading[][]) => {
  const called: string[] = []
  const stock = {
    async reserve() {
      called.push('reserve')
      return { epoch: 3, reading: { version: 5, left: 0 }, queued: false, answers: [SOLD_OUT] }
    },
    async read() {
      called.push('read')
      return readings.length > 1 ? readings.shift()! : readings[0]!
    },
    async move({ from, to, units }: { from: number; to: number; units: number }) {
      called.push(`move ${units} from ${from} to ${to}`)
      return units
    },
  } as unknown as Stock
  return { stock, called }
}

// Late after so many rounds.
const rounds = (count: number) => {
  let left = count
  return { isSoldOut: () => false, isLate: () => left-- <= 0 }
}

test('two equal readings with nothing in any segment are sold out, and may be remembered', async () => {
  const { stock, called } = engine([[reading(0), reading(1)]])
  const { decided, seen } = await reserveEverywhere(stock, batch, rounds(9))
  assert.deepEqual(decided, [{ reserved: SOLD_OUT, epoch: 3, queued: false }])
  assert.deepEqual([seen.epoch, seen.reading], [3, { version: 10, left: 0 }])
  assert.deepEqual(called, ['reserve', 'read', 'read'])
})

test('a segment that changed between the two readings is read again', async () => {
  const changed = [reading(0), reading(1, { version: 6 })]
  const { stock, called } = engine([[reading(0), reading(1)], changed])
  await reserveEverywhere(stock, batch, rounds(9))
  assert.deepEqual(called, ['reserve', 'read', 'read', 'reserve', 'read', 'read'])
})

test('units that rest are nothing to sell, and nothing to remember as sold out', async () => {
  const { stock } = engine([[reading(0), reading(1, { returning: 2 })]])
  const { decided, seen } = await reserveEverywhere(stock, batch, rounds(9))
  assert.deepEqual(decided[0]!.reserved, SOLD_OUT)
  assert.equal(seen.reading.left, 2)
})

test('the richest segment is asked for units, and home decides again', async () => {
  const { stock, called } = engine([[reading(0), reading(1, { available: 3 })]])
  await reserveEverywhere(stock, batch, rounds(1))
  assert.deepEqual(called, ['reserve', 'read', 'move 1 from 1 to 0', 'reserve'])
})

test('a transfer that somebody has begun is finished before anybody is told sold out', async () => {
  const begun = [reading(0, { out: 1, outTo: [1] }), reading(1)]
  const { stock, called } = engine([begun, [reading(0), reading(1)]])
  await reserveEverywhere(stock, batch, rounds(9))
  const finished = ['reserve', 'read', 'move 0 from 0 to 1', 'reserve', 'read', 'read']
  assert.deepEqual(called, finished)
})

test('a segment that is not open, or of another epoch, leaves nobody sold out', async () => {
  for (const other of [{ state: 'loading' }, { epoch: 4 }] as const) {
    const { stock } = engine([[reading(0), reading(1, other)]])
    const { decided, seen } = await reserveEverywhere(stock, batch, rounds(9))
    assert.deepEqual(decided[0]!.reserved, { answer: 'rebuilding' })
    assert.equal(seen.reading.left, Infinity)
  }
})

test('whoever is left when it is late may come again', async () => {
  const { stock } = engine([[reading(0), reading(1, { available: 3 })]])
  const { decided } = await reserveEverywhere(stock, batch, rounds(3))
  assert.deepEqual(decided[0]!.reserved, { answer: 'rebuilding' })
})

test('what was seen a moment ago is not read again', async () => {
  const { stock, called } = engine([])
  const selling = { isSoldOut: () => true, isLate: () => false }
  const { decided, seen } = await reserveEverywhere(stock, batch, selling)
  assert.deepEqual([decided[0]!.reserved, called], [SOLD_OUT, ['reserve']])
  assert.equal(seen.reading.left, Infinity, 'and is no new reading')
})
