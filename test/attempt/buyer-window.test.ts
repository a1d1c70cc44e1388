// The window that each gateway keeps by itself counts as the one does that they may share.

import { slidingWindow } from '../../src/attempt/limits.ts'
import { manualTime } from '../adapters/sqlite-setup.ts'
import { buyerWindowContract } from '../contracts/buyer-window.ts'

buyerWindowContract('one process', {
  make: async () => {
    const windowMs = 1000
    const window = slidingWindow({ windowMs, keysMax: 100 })
    const { time } = manualTime()
    return {
      time,
      windowMs,
      buyerWindow: {
        buckets: 1,
        admit: async ({ attempts }) =>
          attempts.map(({ saleId: group, buyerId: key, quota }) =>
            window.take({ group, key, quota, nowMs: time.nowMs() }),
          ),
      },
      [Symbol.asyncDispose]: async () => undefined,
    }
  },
})
