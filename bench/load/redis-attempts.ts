// The attempts of a job, with ids as long as they become: order ids have 19 digits from the year 2032 on,
// buyer ids have ten.

import type { Attempt } from '../../src/domain/attempt.ts'
import { orderIds } from '../../src/domain/ids.ts'
import type { Buyers } from './job.ts'
import type { RedisJob } from './redis-job.ts'
import { mixed } from './requests.ts'

const FROM_MS = Date.UTC(2033, 0, 1)

// One unit each. What the winners propose now is not what they have got.
export const redisAttempts = () => {
  const makeId = orderIds(() => ({ nodeId: 1, untilMs: Infinity }), Infinity)
  const attempt = (buyer: number): Attempt => {
    const buyerId = String(buyer)
    return { buyerId, orderId: makeId(buyerId, FROM_MS)!, units: 1 }
  }
  return {
    of: ({ first, count }: Buyers) => Array.from({ length: count }, (_, at) => attempt(first + at)),
    between: ({ buyers, winners }: Pick<RedisJob, 'buyers' | 'winners'>) =>
      mixed(buyers, winners && { buyers: winners.buyers, every: winners.every }).map(attempt),
  }
}
