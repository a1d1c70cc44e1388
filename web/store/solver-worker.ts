// Solves a challenge beside the page, so that the page stays quick, and says how far it is.

import { type Found, type Puzzle, tryNumbers } from '../../client/proof-of-work.ts'

export type Told =
  | { tried: number } // so many numbers so far
  | { found: Found | undefined } // undefined: there is no solution

const AT_ONCE = 5000 // some milliseconds of work

addEventListener('message', ({ data }: MessageEvent<{ puzzle: Puzzle; max: number }>) => {
  const { puzzle, max } = data
  const tell = (told: Told) => postMessage(told)
  for (let from = 0; from < max; from += AT_ONCE) {
    const found = tryNumbers(puzzle, { from, count: AT_ONCE })
    if (found) return tell({ found })
    tell({ tried: from + AT_ONCE })
  }
  tell({ found: undefined })
})
