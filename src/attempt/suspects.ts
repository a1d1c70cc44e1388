// Buyers of whom this process thinks that they are none: until a time they solve a challenge where others
// need none. Nothing of it is kept, and no other process is told. Beyond `max` the oldest suspicions go.

import { type BuyerId, idKey, type IdKey } from '../domain/ids.ts'

export interface Suspects {
  has(buyerId: BuyerId, nowMs: number): boolean
  add(buyerId: BuyerId, untilMs: number): void // never for shorter than it is
}

export const suspects = ({ max }: { max: number }): Suspects => {
  const untilOf = new Map<IdKey, number>()

  // Of many an eighth at once: a map looks for its first key behind all that were deleted before it.
  const forgetOldest = () => {
    for (const key of untilOf.keys()) {
      if (untilOf.size <= max - (max >>> 3)) return
      untilOf.delete(key)
    }
  }

  return {
    has: (buyerId, nowMs) => untilOf.size > 0 && nowMs < (untilOf.get(idKey(buyerId)) ?? -Infinity),
    add(buyerId, untilMs) {
      const key = idKey(buyerId)
      const before = untilOf.get(key) ?? -Infinity
      untilOf.delete(key)
      untilOf.set(key, Math.max(before, untilMs))
      if (untilOf.size > max) forgetOldest()
    },
  }
}
