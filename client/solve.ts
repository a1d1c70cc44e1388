// Solves a challenge where the program itself runs, in slices: between two of them everything else has its
// turn. Who has a worker solves it there instead.

import { canSolve, type Found, type Puzzle, tryNumbers } from './proof-of-work.ts'

// Undefined: it cannot be solved here. Rejects only when the signal is aborted.
export type Prove = (puzzle: Puzzle, signal: AbortSignal) => Promise<Found | undefined>

const TRIES_MAX = 10_000_000 // nobody has to try more, whatever a puzzle says
const AT_ONCE = 250 // a fraction of a millisecond of work
const SLICE_MS = 4

export const solve: Prove = async (puzzle, signal) => {
  const max = Math.min(Number(puzzle.data.difficulty), TRIES_MAX)
  if (!canSolve(puzzle) || !(max > 0)) return undefined
  let endMs = performance.now() + SLICE_MS
  for (let from = 0; from < max; from += AT_ONCE) {
    const found = tryNumbers(puzzle, { from, count: AT_ONCE })
    if (found) return found
    if (performance.now() < endMs) continue
    await new Promise((resolve) => setTimeout(resolve))
    signal.throwIfAborted()
    endMs = performance.now() + SLICE_MS
  }
  return undefined
}
