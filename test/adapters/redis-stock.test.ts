// The contract of the stock engine, on Redis: one primary and a cluster, every strategy.

import { stockContract } from '../contracts/stock.ts'
import { needsRedis, sharedCluster, sharedRedis } from '../support/needs-redis.ts'
import { makeRedis } from './redis-setup.ts'

const LAYOUTS = [
  { strategy: 'counter', segments: 1 },
  { strategy: 'segmented', segments: 4 },
  { strategy: 'tokens', segments: 1 },
] as const

const MOVES = {
  test: 'the version grows with every take, release and apply, and with nothing else',
  reason: 'it grows with moves between segments as well',
}

const { skip: missing } = needsRedis()

for (const layout of LAYOUTS) {
  const skip = layout.segments === 1 ? [] : [MOVES]
  for (const [name, shared] of Object.entries({ redis: sharedRedis, cluster: sharedCluster })) {
    const make = async () => makeRedis(await shared(), layout)
    stockContract(`${name}, ${layout.strategy}`, { make, missing, skip })
  }
}
