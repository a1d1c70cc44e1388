// Who has to solve a challenge before he goes on: by what the sale says, by how often he had an attempt
// decided, and by whether he is suspect. Whoever has solved one brings a pass, which is looked at only when
// one is needed.

import type { OutcomeName } from '../domain/attempt.ts'
import type { BuyerId, SaleId } from '../domain/ids.ts'
import type { ChallengeRule, Sale } from '../domain/sale.ts'
import type { ChallengePasses } from './challenge-pass.ts'
import type { DecidedAttempts } from './decided-attempts.ts'
import type { Suspects } from './suspects.ts'

export interface ChallengeCheckDeps {
  passes: Pick<ChallengePasses, 'isGood'>
  decided: DecidedAttempts
  decidedMax: number // in the window of `decided`, without a challenge; 0: as many as one likes
  suspects: Pick<Suspects, 'has'>
}

export interface ChallengeCheck {
  attemptNeeds(of: Asker): boolean // counts the attempt when it does not
  answered(outcome: OutcomeName, of: Pick<Asker, 'buyerId'> & { saleId: SaleId }): void
  entryNeeds(of: Asker): boolean
}

export interface Asker {
  sale: Sale
  buyerId: BuyerId
  pass: string | undefined
  nowMs: number
}

export const challengeCheck = (deps: ChallengeCheckDeps): ChallengeCheck => {
  const { passes, decided, decidedMax, suspects } = deps

  const hasPass = ({ pass, sale: { saleId }, buyerId, nowMs }: Asker): boolean =>
    pass !== undefined && passes.isGood(pass, { saleId, buyerId, nowMs })

  const isOften = ({ sale: { saleId }, buyerId, nowMs }: Asker): boolean =>
    decidedMax > 0 && !decided.count({ saleId, buyerId, max: decidedMax, nowMs })

  return {
    attemptNeeds(asker) {
      const { sale, buyerId, nowMs } = asker
      const asked = challengedBy(sale)
      if (asked === 'off') return false
      if (asked !== 'always' && !suspects.has(buyerId, nowMs) && !isOften(asker)) return false
      if (!hasPass(asker)) return true
      decided.forget({ saleId: sale.saleId, buyerId })
      return false
    },
    answered(outcome, of) {
      if (decidedMax > 0 && UNDECIDED.has(outcome)) decided.takeBack(of)
    },
    entryNeeds(asker) {
      const asked = challengedBy(asker.sale)
      if (asked === 'off') return false
      const isAsked = asked !== 'suspicion' || suspects.has(asker.buyerId, asker.nowMs)
      return isAsked && !hasPass(asker)
    },
  }
}

// Whoever is told to ask again is not suspicious when he does.
const UNDECIDED = new Set<OutcomeName>(['busy', 'rebuilding', 'paused', 'not-started'])

const challengedBy = ({ limits }: Sale): ChallengeRule => limits.challenge ?? 'suspicion'
