// The windows of buyers in Redis, by its clock: exact, whichever gateways a buyer comes through. Buyers lie
// in buckets, each a pair of keys with a hash tag of its own that expire by themselves; one script call
// counts many attempts (scripts/admit.lua).

import type { BuyerWindow } from '../../ports/buyer-window.ts'
import { redisKeys } from './keys.ts'
import type { Redis } from './redis.ts'
import { script } from './script.ts'

export interface BuyerWindowDeps {
  redis: Pick<Redis, 'evaluate'>
  prefix?: string // of all keys
  windowMs?: number
}

const ADMIT = script('admit')

// Few, so that a call carries many attempts; as many as let every primary of a large cluster have its
// share, and keep what Redis frees at once below 10 ms.
const BUCKETS = 16

export const redisBuyerWindow = (deps: BuyerWindowDeps): BuyerWindow => {
  const { redis, prefix = 'seckill', windowMs = 1000 } = deps
  const keys = redisKeys(prefix).ofBuckets(BUCKETS)
  return {
    buckets: BUCKETS,
    async admit({ bucket, attempts }) {
      const args = [`${windowMs}`]
      for (const { saleId, buyerId, quota } of attempts)
        args.push(`${saleId}:${buyerId}`, `${quota}`)
      const answers = await redis.evaluate(ADMIT, { keys: keys[bucket]!, args })
      return (answers as ('admitted' | number)[]).map((one) => (one === 'admitted' ? 0 : one))
    },
  }
}
