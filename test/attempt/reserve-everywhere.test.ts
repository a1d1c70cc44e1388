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
  restsMs: Infinity,
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

const forEver = (_ms: number, signal?: AbortSignal) =>
  new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))

// The clock goes on by a millisecond at each look at it.
const everywhere = (stock: Stock, { withinMs = Infinity } = {}) => {
  let now = 0
  return reserveEverywhere({ stock, elapsedMs: () => (now += 1), pause: forEver, withinMs })
}

test('two equal readings with nothing in any segment are sold out, and may be remembered', async () => {
  const { stock, called } = engine([[reading(0), reading(1)]])
  const { decided, seen } = await everywhere(stock)(batch)
  assert.deepEqual(decided, [{ reserved: SOLD_OUT, epoch: 3, queued: false }])
  assert.deepEqual([seen.epoch, seen.reading], [3, { version: 10, left: 0 }])
  assert.deepEqual(called, ['reserve', 'read', 'read'])
})

test('a segment that changed between the two readings is read again', async () => {
  const changed = [reading(0), reading(1, { version: 6 })]
  const { stock, called } = engine([[reading(0), reading(1)], changed])
  await everywhere(stock)(batch)
  assert.deepEqual(called, ['reserve', 'read', 'read', 'reserve', 'read', 'read'])
})

test('units that rest are nothing to sell, and nothing to remember as sold out', async () => {
  const { stock } = engine([[reading(0), reading(1, { returning: 2 })]])
  const { decided, seen } = await everywhere(stock)(batch)
  assert.deepEqual(decided[0]!.reserved, SOLD_OUT)
  assert.equal(seen.reading.left, 2)
})

test('the richest segment is asked for units, and home decides again', async () => {
  const rich = [reading(0), reading(1, { available: 3 })]
  const { stock, called } = engine([rich, [reading(0), reading(1)]])
  await everywhere(stock)(batch)
  const brought = ['reserve', 'read', 'move 1 from 1 to 0', 'reserve', 'read', 'read']
  assert.deepEqual(called, brought)
})

test('where the richest segment has too few, the next ones are asked as well', async () => {
  const poor = [0, 1, 2, 2, 0].map((available, segment) => reading(segment, { available }))
  const five = { ...batch, segments: 5, attempts: [{ buyerId: '1', orderId: '10', units: 3 }] }
  const { stock, called } = engine([poor, [0, 1, 2, 3, 4].map((segment) => reading(segment))])
  await everywhere(stock)(five)
  assert.deepEqual(called.slice(2, 4), ['move 3 from 2 to 0', 'move 1 from 3 to 0'])
})

test('a transfer that somebody has begun is finished before anybody is told sold out', async () => {
  const begun = [reading(0, { out: 1, outTo: [1] }), reading(1)]
  const { stock, called } = engine([begun, [reading(0), reading(1)]])
  await everywhere(stock)(batch)
  const finished = ['reserve', 'read', 'move 0 from 0 to 1', 'reserve', 'read', 'read']
  assert.deepEqual(called, finished)
})

test('a segment that is not open, or of another epoch, leaves nobody sold out', async () => {
  for (const other of [{ state: 'loading' }, { epoch: 4 }] as const) {
    const { stock } = engine([[reading(0), reading(1, other)]])
    const { decided, seen } = await everywhere(stock)(batch)
    assert.deepEqual(decided[0]!.reserved, { answer: 'rebuilding' })
    assert.equal(seen.reading.left, Infinity)
  }
})

test('whoever is left when it is late may come again', async () => {
  const { stock } = engine([[reading(0), reading(1, { available: 3 })]])
  const { decided } = await everywhere(stock, { withinMs: 9 })(batch)
  assert.deepEqual(decided[0]!.reserved, { answer: 'busy' })
})

test('what was seen to be empty is not read again before a unit can be sold', async () => {
  const resting = [reading(0), reading(1, { returning: 1, restsMs: 20 })]
  const { stock, called } = engine([resting])
  const reserve = everywhere(stock)
  await reserve(batch)
  const { decided, seen } = await reserve(batch)
  assert.deepEqual(decided[0]!.reserved, SOLD_OUT)
  assert.equal(seen.reading.left, Infinity, 'and that is no new reading')
  assert.deepEqual(called, ['reserve', 'read', 'read', 'reserve'])
  while (called.length < 20 && called.filter((one) => one === 'read').length < 4)
    await reserve(batch)
  assert.equal(called.filter((one) => one === 'read').length, 4, 'but read anew after that')
})

test('batches that come at once look for units one after the other, and share what they find', async () => {
  const { stock, called } = engine([[reading(0), reading(1)]])
  const reserve = everywhere(stock)
  const all = await Promise.all([reserve(batch), reserve({ ...batch, segment: 1 }), reserve(batch)])
  for (const { decided } of all) assert.deepEqual(decided[0]!.reserved, SOLD_OUT)
  assert.deepEqual(called.toSorted(), ['read', 'read', 'reserve', 'reserve', 'reserve'])
})

test('a search that fails is a question of those who were refused, and of nobody else', async () => {
  const { stock } = engine([[reading(0), reading(1)]])
  const taken: Reserved = {
    answer: 'taken',
    price: 1,
    currency: 'CNY',
    saleVersion: 1,
    stockTokens: [],
    ...attempts[0]!,
  }
  const reserve = async () => {
    const answers = [taken, SOLD_OUT]
    return { epoch: 3, reading: { version: 5, left: 0 }, queued: false, answers }
  }
  const read = () => Promise.reject(new Error('unreachable'))
  const two = { ...batch, attempts: [...attempts, { buyerId: '2', orderId: '20', units: 1 }] }
  const { decided } = await everywhere({ ...stock, reserve, read })(two)
  assert.deepEqual(
    decided.map((one) => one.reserved),
    [taken, { answer: 'busy' }],
  )
})

test('a search that takes too long is given up, and takes nothing any more', async () => {
  let reserves = 0
  const { promise: slow, resolve } = Promise.withResolvers<SegmentReading[]>()
  const { stock } = engine([])
  const reserve: Stock['reserve'] = (of) => {
    reserves += 1
    return stock.reserve(of)
  }
  const within = { elapsedMs: () => 0, pause: async () => undefined }
  const one = reserveEverywhere({ stock: { ...stock, reserve, read: () => slow }, ...within })
  const { decided } = await one(batch)
  assert.deepEqual(decided[0]!.reserved, { answer: 'busy' })
  resolve([reading(0), reading(1, { available: 3 })])
  await new Promise((done) => setImmediate(done))
  assert.equal(reserves, 1)
})
