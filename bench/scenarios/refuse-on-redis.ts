// S4: how many attempts of a sale that is sold out one Redis primary answers for each second of its
// processor. One in a hundred comes from a winner, who is told of his order: there are more winners than
// a gateway remembers, so that Redis is really asked.

import { CONNECTIONS, measureOnRedis } from './measure-on-redis.ts'
import { buyersOf, type Scenario } from './scenario.ts'

const WHAT =
  'sold-out answers by one Redis primary, 256 attempts a call, one in a hundred by one of 20,000 winners, who is told his order; baseline: the textbook script, one call an attempt'

const ATTEMPTS = { engine: 300_000, textbook: 100_000, byBatch: 50_000 } // of a turn
const WINNERS = 20_000
const WINNER_EVERY = 100
const USE = { late: 0, winners: 1 } // of buyer ids

export const refuseOnRedis: Scenario = {
  scenario: 'S4',
  what: WHAT,
  connections: CONNECTIONS,
  measure: async (bench) => {
    const buyers = buyersOf(bench, { use: USE.winners, count: WINNERS })
    const measured = await measureOnRedis(bench, {
      part: { part: 'refused', what: WHAT, target: 9, unit: 'answered per Redis CPU second' },
      attempted: { units: WINNERS, winners: { buyers, every: WINNER_EVERY } },
      answer: 'sold-out',
      attempts: ATTEMPTS,
      buyersFrom: buyersOf(bench, { use: USE.late, count: ATTEMPTS.engine }).first,
    })
    return [measured]
  },
}
