// How many challenges were solved at this process in the last seconds, whole ones: so hard the next one is.
// To fetch one costs nothing, so those that were only fetched make it harder for nobody.

import { COUNTED_MS } from '../domain/challenge.ts'

export interface SolvedChallenges {
  note(nowMs: number): void
  lately(nowMs: number): number
}

const SECONDS = COUNTED_MS / 1000

export const solvedChallenges = (): SolvedChallenges => {
  const slots = Array.from({ length: SECONDS }, () => ({ second: -Infinity, solved: 0 }))
  const secondOf = (nowMs: number) => Math.floor(nowMs / 1000)
  return {
    note(nowMs) {
      const second = secondOf(nowMs)
      const slot = slots[second % SECONDS]!
      if (slot.second !== second) Object.assign(slot, { second, solved: 0 })
      slot.solved += 1
    },
    lately(nowMs) {
      const lately = slots.filter((slot) => slot.second > secondOf(nowMs) - SECONDS)
      return lately.reduce((sum, { solved }) => sum + solved, 0)
    },
  }
}
