// Counts the different members each key has had in any window, exactly, and says when they are too many.
// It is bounded: when it holds as many members as it may, the keys go that have been silent for longest.

export interface MemberWindow {
  // All members the key has had within the window, when they are more than `max`: they are then counted
  // anew. Undefined: they are not.
  add(of: { key: Key; member: Key; nowMs: number }): Key[] | undefined
  members(): number // of all keys
}

// Of the ids, what `idKey` makes of them: numbers are found faster.
export type Key = string | number

const KEPT = 7 / 8

export const memberWindow = (of: {
  max: number
  windowMs: number
  membersMax: number
}): MemberWindow => {
  const keys = new Map<Key, Map<Key, number>>() // when each came last; the latest at the end
  let members = 0

  const forget = (key: Key) => {
    members -= keys.get(key)?.size ?? 0
    keys.delete(key)
  }

  // Some more than must go: a map looks for its first key behind all that were deleted before it.
  const forgetSilent = () => {
    for (const key of keys.keys()) {
      if (members <= of.membersMax * KEPT) return
      forget(key)
    }
  }

  return {
    add({ key, member, nowMs }) {
      const seen = keys.get(key) ?? new Map<Key, number>()
      forget(key) // and put behind all others
      seen.delete(member)
      for (const [one, atMs] of seen) {
        if (atMs > nowMs - of.windowMs) break
        seen.delete(one)
      }
      seen.set(member, nowMs)
      if (seen.size > of.max) return [...seen.keys()]
      keys.set(key, seen)
      members += seen.size
      if (members > of.membersMax) forgetSilent()
      return undefined
    },
    members: () => members,
  }
}
