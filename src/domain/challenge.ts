// Challenges: how long one is good, what its solution is good for, and how hard it is. The more of them are
// solved, the harder the next one is, so that a crowd of programs pays for itself.

export const CHALLENGE_MS = 120_000 // from its making until its solution has to be there
export const PASS_MS = 60_000 // from the solution: so long nothing more is asked

// Whoever attempts more often than a sale lets him in so much time is asked.
export const DECIDED_MS = 60_000

// The most tries that a solution takes; half of them on average. A phone makes some hundred thousand a second.
export const DIFFICULTY = { min: 50_000, max: 1_000_000 } as const

export const COUNTED_MS = 10_000 // challenges solved in so much time make it harder
export const DOUBLES_EVERY = 1000 // of them, in one process: twice as hard

export const difficulty = (solvedLately: number): number => {
  const doublings = Math.floor(solvedLately / DOUBLES_EVERY)
  return Math.min(DIFFICULTY.max, DIFFICULTY.min * 2 ** doublings)
}
