// Which challenges have been solved and used, so that no solution counts twice, whichever gateway it comes to.
//
// Deliberately not in it: whose they were, and what a solution is good for.

export interface SpentChallenges {
  // True for the first who spends it. Kept until then at least: afterwards it has expired by itself.
  spend(challenge: { challengeId: string; untilMs: number }): Promise<boolean>
}
