// The window that each gateway keeps by itself counts as the one does that they may share.

import { checks } from '../../src/attempt/checks.ts'
import type { BuyerAttempt } from '../../src/ports/buyer-window.ts'
import { manualTime } from '../adapters/sqlite-setup.ts'
import { buyerWindowContract } from '../contracts/buyer-window.ts'
import { sale, sampleChecks, sampleRecords } from './sample-checks.ts'

buyerWindowContract('one process', {
  make: async () => {
    const records = sampleRecords()
    const { time } = manualTime()
    const waitMs = ({ saleId, buyerId, quota }: BuyerAttempt): number => {
      const nowMs = time.nowMs()
      const open = { startsAtMs: nowMs, endsAtMs: nowMs + 1, limits: { buyerPerSecond: quota } }
      const check = checks({
        ...sampleChecks,
        records,
        sales: { get: () => ({ ...sale, ...open, saleId }) },
        tokens: { verify: () => ({ saleId, buyerId, isNew: false }), isForged: () => false },
      })
      const checked = check({ saleId, token: 'good', units: 1, fault: undefined }, nowMs)
      return 'retryMs' in checked ? checked.retryMs : 0
    }
    return {
      time,
      windowMs: 1000,
      buyerWindow: { buckets: 1, admit: async ({ attempts }) => attempts.map(waitMs) },
      [Symbol.asyncDispose]: async () => undefined,
    }
  },
})
