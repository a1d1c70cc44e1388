// Runs one seed after the other until one of them breaks something. The event loop gets its turn now
// and then: a run itself never leaves it one.

import { setImmediate } from 'node:timers/promises'
import { simulate } from './simulate.ts'
import type { Sabotage } from './world.ts'

export interface Search {
  first: number // seed
  seeds: number // at most so many
  sabotage?: Sabotage
  matches?: RegExp // what must be broken to count; anything if not given
  progress?: (seeds: number) => void
}

export interface Finding {
  seed: number
  violations: string[]
}

const TURN_EVERY = 100

export const findViolation = async (search: Search): Promise<Finding | undefined> => {
  const { first, seeds, sabotage = {}, matches = /./, progress } = search
  for (let done = 0; done < seeds; done++) {
    const seed = first + done
    const violations = await simulate(seed, { sabotage })
    if (violations.some((what) => matches.test(what))) return { seed, violations }
    if ((done + 1) % TURN_EVERY === 0) await setImmediate()
    progress?.(done + 1)
  }
  return undefined
}
