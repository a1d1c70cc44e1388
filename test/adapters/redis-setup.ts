// The stock engine over a Redis that all tests share: each has keys of its own.

import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectRedis, type Redis } from '../../src/adapters/redis/redis.ts'
import { redisStock } from '../../src/adapters/redis/stock.ts'
import { stockPlace } from '../../src/config/technologies.ts'
import type { TestTime } from '../contracts/contract.ts'
import type { StockSetup } from '../contracts/stock-steps.ts'

// The home database of every sale here.
export const HOME = 'test'

export interface RedisSetup extends StockSetup {
  redis: Redis
  prefix: string
}

// Redis's clock is this machine's. A little longer, because both count whole milliseconds.
export const realTime: TestTime = { nowMs: Date.now, pass: (ms) => sleep(ms + 5) }

export const openRedis = async (url: string): Promise<Redis> => {
  const place = stockPlace(url)
  if (place === undefined || place.kind === 'sqlite') throw new Error(`${url} is no Redis`)
  return connectRedis({ place, timeoutMs: 2000 })
}

export const makeRedis = async (url: string, layout: StockSetup['layout']): Promise<RedisSetup> => {
  const redis = await openRedis(url)
  const prefix = `test-${randomUUID()}`
  const stock = redisStock({ redis, home: HOME, prefix })
  return {
    redis,
    prefix,
    stock,
    layout,
    time: realTime,
    [Symbol.asyncDispose]: redis[Symbol.asyncDispose],
  }
}
