// Random steps on a stock engine: what is done to which of three sales, by which of six buyers. Epochs
// and orders are right most of the time, and stale or wrong in the rest.

import fc from 'fast-check'

export const BUYERS = ['1', '2', '3', '4', '5', '6']
export const SALES = 3

const sale = fc.nat(SALES - 1)
const buyer = fc.constantFrom(...BUYERS)
const units = fc.integer({ min: 1, max: 3 })
const epochOff = fc.constantFrom(0, 0, 0, 0, 0, -1, 1)
const isRight = fc.constantFrom(true, true, true, false)

const begin = fc.record({
  do: fc.constant('begin'),
  sale,
  epochOff: fc.constantFrom(-1, 0, 1, 1, 1),
})

// `isKnown`: the buyer's latest order, which may still wait on the queue with its own epoch.
const load = fc.record({
  do: fc.constant('load'),
  sale,
  epochOff,
  held: fc.array(fc.record({ buyer, units, isKnown: fc.boolean() }), {
    minLength: 1,
    maxLength: 4,
  }),
})

const open = fc.record({
  do: fc.constant('open'),
  sale,
  epochOff,
  free: fc.nat(9),
  missing: fc.constantFrom(0, 0, 0, 0, -1, 1),
})

const apply = fc.record({
  do: fc.constant('apply'),
  sale,
  epochOff,
  newer: fc.integer({ min: -1, max: 2 }),
  restocked: fc.nat(3),
  paused: fc.constantFrom(false, false, true),
  closed: fc.constantFrom(false, false, false, true),
  startsInMs: fc.constantFrom(-1000, -1000, -1000, 100),
  endsInMs: fc.constantFrom(9_000_000, 9_000_000, 300),
})

const reserve = fc.record({
  do: fc.constant('reserve'),
  sale,
  attempts: fc.array(fc.record({ buyer, units }), { minLength: 1, maxLength: 6 }),
})

const record = fc.record({ do: fc.constant('record'), sale, buyer, isRight })
const release = fc.record({ do: fc.constant('release'), sale, buyer, isRight, epochOff })
const pass = fc.record({ do: fc.constant('pass'), ms: fc.constantFrom(1, 100, 249, 250, 300) })
const commit = fc.record({ do: fc.constant('commit'), max: fc.integer({ min: 1, max: 5 }) })
const forget = fc.record({ do: fc.constant('forget'), sale })

const step = fc.oneof(
  { weight: 2, arbitrary: begin },
  { weight: 2, arbitrary: load },
  { weight: 6, arbitrary: open },
  { weight: 2, arbitrary: apply },
  { weight: 12, arbitrary: reserve },
  { weight: 3, arbitrary: record },
  { weight: 5, arbitrary: release },
  { weight: 4, arbitrary: pass },
  { weight: 2, arbitrary: commit },
  { weight: 1, arbitrary: forget },
)

export type StockStep = typeof step extends fc.Arbitrary<infer Step> ? Step : never

export const stockSteps = (maxLength: number): fc.Arbitrary<StockStep[]> =>
  fc.array(step, { minLength: 1, maxLength, size: 'max' })
