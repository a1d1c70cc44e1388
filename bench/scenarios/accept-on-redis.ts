// S3: how many attempts of one hot sale one Redis primary accepts for each second of its processor: once
// per buyer, window, pause, stock and in-transit mark, against the textbook's stock and list of buyers.

import { CONNECTIONS, measureOnRedis } from './measure-on-redis.ts'
import { buyersOf, type Scenario } from './scenario.ts'

const WHAT =
  'attempts of one sale accepted by one Redis primary, 256 a call; baseline: the textbook script, one call an attempt'

const ATTEMPTS = 100_000 // of a turn, each by another buyer
const STOCK = 10_000_000

export const acceptOnRedis: Scenario = {
  scenario: 'S3',
  what: WHAT,
  connections: CONNECTIONS,
  measure: async (bench) => [
    await measureOnRedis(bench, {
      part: { part: 'accepted', what: WHAT, target: 3.5, unit: 'accepted per Redis CPU second' },
      attempted: { units: STOCK, winners: undefined },
      answer: 'taken',
      attempts: { engine: ATTEMPTS, textbook: ATTEMPTS, byBatch: ATTEMPTS / 2 },
      buyersFrom: buyersOf(bench, { use: 0, count: ATTEMPTS }).first,
    }),
  ],
}
