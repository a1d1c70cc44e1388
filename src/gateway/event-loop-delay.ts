// How long whoever is heard now may have waited for it. A process hears requests in turns: between two
// turns timers run, and their lateness tells how long a turn took; within a turn, which may hear many
// thousands, its own age tells it.

import type { Clock } from '../ports/clock.ts'

export interface EventLoopDelay {
  ms(): number
  look(): Promise<void> // again and again, in a loop
}

const LOOK_MS = 20

export const eventLoopDelay = (
  { pause }: Pick<Clock, 'pause'>,
  nowMs: () => number, // the clock of durations
): EventLoopDelay => {
  let lateMs = 0
  let turnBeganAtMs: number | undefined
  return {
    ms() {
      const atMs = nowMs()
      if (turnBeganAtMs === undefined) {
        turnBeganAtMs = atMs
        setImmediate(() => (turnBeganAtMs = undefined)) // what has been heard in this turn is done
      }
      return Math.max(lateMs, atMs - turnBeganAtMs)
    },
    async look() {
      const sinceMs = nowMs()
      await pause(LOOK_MS)
      lateMs = nowMs() - sinceMs - LOOK_MS
    },
  }
}
