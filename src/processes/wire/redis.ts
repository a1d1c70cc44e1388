// The stock engine in Redis, where the settings name one.

import type { Config } from '../../config.ts'
import { stockPlace } from '../../config/technologies.ts'
import type { BuyerWindow } from '../../ports/buyer-window.ts'
import { redisBuyerWindow } from '../../adapters/redis/buyer-window.ts'
import { checkServer } from '../../adapters/redis/check-server.ts'
import { connectRedis, type Redis } from '../../adapters/redis/redis.ts'

export const openRedis = async (
  config: Config,
  opened: AsyncDisposableStack,
): Promise<Redis | undefined> => {
  const place = stockPlace(config.SECKILL_STOCK_URL)!
  if (place.kind === 'sqlite') return undefined
  const timeoutMs = config.SECKILL_STOCK_TIMEOUT_MS
  const redis = opened.use(await connectRedis({ place, timeoutMs }))
  await checkServer(redis, place.kind === 'redis-cluster')
  return redis
}

// The buyer waits for this before the engine is asked, and for both together not too long.
const WINDOW_TIMEOUT_MS = 500

// Over a connection of its own: a call that is given up here takes nobody else's with it.
export const openBuyerWindow = async (
  config: Config,
  opened: AsyncDisposableStack,
): Promise<{ buyerWindow?: BuyerWindow }> => {
  const place = stockPlace(config.SECKILL_STOCK_URL)!
  if (config.SECKILL_BUYER_WINDOW === 'process' || place.kind === 'sqlite') return {}
  const timeoutMs = Math.min(config.SECKILL_STOCK_TIMEOUT_MS, WINDOW_TIMEOUT_MS)
  return {
    buyerWindow: redisBuyerWindow({ redis: opened.use(await connectRedis({ place, timeoutMs })) }),
  }
}
