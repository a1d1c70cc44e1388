// How many challenges this process gave out in the last seconds, whole ones: so hard the next one is.

import { COUNTED_MS } from '../domain/challenge.ts'

export interface GivenChallenges {
  note(nowMs: number): number // how many there were before this one
}

const SECONDS = COUNTED_MS / 1000

export const givenChallenges = (): GivenChallenges => {
  const slots = Array.from({ length: SECONDS }, () => ({ second: -Infinity, given: 0 }))
  return {
    note(nowMs) {
      const second = Math.floor(nowMs / 1000)
      const lately = slots.filter((slot) => slot.second > second - SECONDS)
      const before = lately.reduce((sum, { given }) => sum + given, 0)
      const slot = slots[second % SECONDS]!
      if (slot.second !== second) Object.assign(slot, { second, given: 0 })
      slot.given += 1
      return before
    },
  }
}
