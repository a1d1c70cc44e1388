// A buyer brings the solution of a challenge. It counts once, at whichever gateway: whoever hears of it, or
// solves it twice, gets nothing by it.

import type { Challenge, ChallengeFor } from '../../ports/challenge.ts'
import type { Ports } from '../../ports/ports.ts'

export type Proved = 'solved' | 'wrong' | 'expired' | 'spent'

export const proveBuyer = async (
  { challenge, clock, spentChallenges }: ProvePorts,
  { saleId, buyerId, solution }: ChallengeFor & { solution: string },
): Promise<Proved> => {
  const verdict = await challenge.verify({ saleId, buyerId, solution, nowMs: clock.nowMs() })
  if (verdict.result !== 'solved') return verdict.result
  return (await spentChallenges.spend(verdict)) ? 'solved' : 'spent'
}

type ProvePorts = Pick<Ports, 'clock' | 'spentChallenges'> & { challenge: Challenge }
