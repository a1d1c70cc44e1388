// Challenges in a process that speaks HTTP: who is asked, what with, and what the answer is good for.

import { type ChallengeCheck, challengeCheck } from '../attempt/challenge-check.ts'
import { challengePasses } from '../attempt/challenge-pass.ts'
import { batcher } from '../attempt/batcher.ts'
import { slidingWindow } from '../attempt/limits.ts'
import type { SaleCache } from '../attempt/sale-cache.ts'
import type { Suspects } from '../attempt/suspects.ts'
import { EngineError } from '../domain/errors.ts'
import type { IsBlocked } from '../gateway/blocked.ts'
import type { FindBuyer } from '../gateway/buyer-credentials.ts'
import { challengeRoutes } from '../gateway/routes/challenges.ts'
import { solvedChallenges } from '../gateway/solved-challenges.ts'
import type { App } from '../gateway/server.ts'
import { labelledKeys } from './credentials.ts'
import type { Ports } from '../ports/ports.ts'
import type { SpentChallenges } from '../ports/spent-challenges.ts'
import type { FrontOptions } from './role.ts'
import { challengeOf } from './wire.ts'

export interface Challenges {
  check: ChallengeCheck
  routes(of: { sales: SaleCache; findBuyer: FindBuyer; isBlocked: IsBlocked }): (app: App) => void
}

export const challenges = (
  { config, credentials, ports }: FrontOptions,
  suspects: Pick<Suspects, 'has'>,
): Challenges => {
  const { signingKeys } = credentials
  const buyersMax = config.SECKILL_BUYERS_MAX
  const passes = challengePasses(labelledKeys(signingKeys, 'challenge-pass'), {
    cacheMax: config.SECKILL_TOKENS_CACHED,
  })
  const challenge = challengeOf(labelledKeys(signingKeys, 'challenge'))
  return {
    check: challengeCheck({
      passes,
      suspects,
      decidedMax: config.SECKILL_CHALLENGE_AFTER,
    }),
    routes: (of) =>
      challengeRoutes({
        ...of,
        ports: { ...ports, spentChallenges: inTurn(ports) },
        challenge,
        passes,
        solved: solvedChallenges(),
        window: slidingWindow({ windowMs: 1000, keysMax: buyersMax }),
        context: { nowMs: ports.clock.nowMs, chance: Math.random },
      }),
  }
}

// A few at a time: they share the connections to home with what gives buyers the word.
const SPENDING = { batchMax: 1, callsMax: 4, queueMax: 1000, waitMsMax: 1000 }

const inTurn = ({ clock, spentChallenges }: Pick<Ports, 'clock' | 'spentChallenges'>) => {
  const spending = batcher<Spent, boolean>({
    ...SPENDING,
    nowMs: clock.nowMs,
    decide: async ([one]) => [await spentChallenges.spend(one!)],
  })
  return {
    ...spentChallenges,
    async spend(one: Spent) {
      const spent = spending.add(one)
      if (spent === undefined) throw new EngineError('NOT_SENT')
      return spent
    },
  }
}

type Spent = Parameters<SpentChallenges['spend']>[0]
