// The stock engine in Redis, one primary or a cluster: a sale is one or more segments, each with its
// own hash tag, each decided on by one Lua script at a time (scripts/). It may forget everything at any
// time, and every script notices by itself (scripts/segment.lua).
//
// What it has said is no promise: replication is asynchronous and nothing here waits for a disk. The
// word is given by the queue and the home epoch (attempt/give-word.ts).

import type { Stock } from '../../ports/stock.ts'
import { layouts } from './layouts.ts'
import { redisKeys } from './keys.ts'
import type { Redis } from './redis.ts'
import { stockApplying } from './stock/apply.ts'
import { stockMoving } from './stock/move.ts'
import { stockReadings } from './stock/readings.ts'
import { stockRebuilding } from './stock/rebuild.ts'
import { stockReleasing } from './stock/release.ts'
import { stockReserving } from './stock/reserve.ts'
import { segmentCalls } from './stock/segment-calls.ts'

export interface RedisStockDeps {
  redis: Redis
  home: string // the id of the home database whose sales these are
  prefix?: string // of all keys
}

export const redisStock = ({ redis, home, prefix = 'seckill' }: RedisStockDeps): Stock => {
  const known = layouts({ redis, home, keys: redisKeys(prefix) })
  const deps = { redis, calls: segmentCalls({ redis, layouts: known }) }
  return {
    strategies: ['counter', 'segmented', 'tokens'],
    ...stockRebuilding(deps),
    ...stockApplying(deps),
    ...stockReserving(deps),
    ...stockMoving(deps),
    ...stockReleasing(deps),
    ...stockReadings(deps),
  }
}
