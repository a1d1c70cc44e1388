// Leases that may be worthless: a lease only saves work, so in some runs everybody gets one.

import type { Leases } from '../../src/ports/leases.ts'
import type { Model } from './remote.ts'

export const simulatedLeases = (of: {
  nowMs: () => number
  areWorthless: () => boolean
}): Model<Leases> => {
  const taken = new Map<string, { holder: string; untilMs: number }>()
  return {
    acquire: ({ name, holder, ttlMs }) => {
      const lease = taken.get(name)
      const isFree = lease === undefined || lease.untilMs <= of.nowMs() || lease.holder === holder
      if (!isFree && !of.areWorthless()) return false
      taken.set(name, { holder, untilMs: of.nowMs() + ttlMs })
      return true
    },
    release: ({ name, holder }) => {
      if (taken.get(name)?.holder === holder) taken.delete(name)
    },
    acquireNode: () => undefined,
    renewNode: () => undefined,
    countNodes: () => 0,
  }
}
