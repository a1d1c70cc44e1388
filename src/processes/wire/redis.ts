// The stock engine in Redis.

import assert from 'node:assert/strict'
import type { Config } from '../../config.ts'
import { stockPlace } from '../../config/technologies.ts'
import type { BuyerWindow } from '../../ports/buyer-window.ts'
import { redisBuyerWindow } from '../../adapters/redis/buyer-window.ts'
import { checkServer } from '../../adapters/redis/check-server.ts'
import { redisFigures } from '../../adapters/redis/figures.ts'
import { connectRedis, type Redis } from '../../adapters/redis/redis.ts'
import { redisStock } from '../../adapters/redis/stock.ts'

// Its server must be one that can be sold by; `stockOf` says for which home.
export const openStock = async (config: Config, opened: AsyncDisposableStack) => {
  const redis = await openRedis(config, opened)
  return {
    stockOf: (home: string, between: (redis: Redis) => Redis) =>
      redisStock({ redis: between(redis), home }),
    figuresOf: await openFigures(config, opened),
    ...(await openBuyerWindow(config, opened)),
  }
}

// Rejects with what is wrong with the stock engine and what to do. It changes nothing.
export const checkStock = async (config: Config): Promise<void> => {
  await using opened = new AsyncDisposableStack()
  await openRedis(config, opened)
}

// By settings that name one.
const redisPlace = ({ SECKILL_STOCK_URL: url }: Config) => {
  const place = stockPlace(url)
  assert(place && place.kind !== 'sqlite')
  return place
}

const openRedis = async (config: Config, opened: AsyncDisposableStack): Promise<Redis> => {
  const place = redisPlace(config)
  const timeoutMs = config.SECKILL_STOCK_TIMEOUT_MS
  const redis = opened.use(await connectRedis({ place, timeoutMs }))
  await checkServer(redis, place.kind === 'redis-cluster')
  return redis
}

// The buyer waits for this before the engine is asked, and for both together not too long.
const WINDOW_TIMEOUT_MS = 500

// Over a connection of its own: a call that is given up here takes nobody else's with it.
const openBuyerWindow = async (
  config: Config,
  opened: AsyncDisposableStack,
): Promise<{ buyerWindow?: BuyerWindow }> => {
  if (config.SECKILL_BUYER_WINDOW === 'process') return {}
  const place = redisPlace(config)
  const timeoutMs = Math.min(config.SECKILL_STOCK_TIMEOUT_MS, WINDOW_TIMEOUT_MS)
  return {
    buyerWindow: redisBuyerWindow({ redis: opened.use(await connectRedis({ place, timeoutMs })) }),
  }
}

// Over a connection of its own, too: nobody waits for figures, and a primary that has nothing else to do here and
// is silent must not have the connection of the stock engine made anew.
const openFigures = async (config: Config, opened: AsyncDisposableStack) => {
  const timeoutMs = config.SECKILL_STOCK_TIMEOUT_MS
  const redis = opened.use(await connectRedis({ place: redisPlace(config), timeoutMs }))
  return (home: string) => redisFigures({ redis, home })
}
