// Who has to solve a challenge before he goes on: by what the sale says, by how often he had an attempt
// decided, and by whether he is suspect. Whoever has solved one brings a pass, which is looked at only when
// one is needed.

import type { OutcomeName } from '../domain/attempt.ts'
import { DECIDED_MS } from '../domain/challenge.ts'
import type { BuyerId } from '../domain/ids.ts'
import type { ChallengeRule, Sale } from '../domain/sale.ts'
import type { BuyerRecord } from './buyer-records.ts'
import type { ChallengePasses } from './challenge-pass.ts'
import { waitWithin, withOneMore } from './limits.ts'
import type { Suspects } from './suspects.ts'

export interface ChallengeCheckDeps {
  passes: Pick<ChallengePasses, 'isGood'>
  decidedMax: number // in `DECIDED_MS`, without a challenge; 0: as many as one likes
  suspects: Pick<Suspects, 'has'>
}

export interface ChallengeCheck {
  // Counts the attempt when it needs none. Without a record there was no room for one, and nothing to count:
  // a crowd of strangers is no suspicion.
  attemptNeeds(of: Asker, record: BuyerRecord | undefined): boolean
  answered(outcome: OutcomeName, record: BuyerRecord): void // of one that was counted
  entryNeeds(of: Asker): boolean
}

export interface Asker {
  sale: Sale
  buyerId: BuyerId
  pass: string | undefined
  nowMs: number
}

export const challengeCheck = (deps: ChallengeCheckDeps): ChallengeCheck => {
  const { passes, decidedMax, suspects } = deps

  const hasPass = ({ pass, sale: { saleId }, buyerId, nowMs }: Asker): boolean =>
    pass !== undefined && passes.isGood(pass, { saleId, buyerId, nowMs })

  const terms = { quota: decidedMax, windowMs: DECIDED_MS }

  // Whether it was one of few, and then it is counted.
  const countsAmongFew = (record: BuyerRecord | undefined, nowMs: number): boolean => {
    if (decidedMax === 0 || record === undefined) return true
    if (waitWithin(record.decided, terms, nowMs) > 0) return false
    record.decided = withOneMore(record.decided, nowMs)
    return true
  }

  return {
    attemptNeeds(asker, record) {
      const { sale, buyerId, nowMs } = asker
      const asked = challengedBy(sale)
      if (asked === 'off') return false
      const isTrusted = asked !== 'always' && !suspects.has(buyerId, nowMs)
      if (isTrusted && countsAmongFew(record, nowMs)) return false
      if (!hasPass(asker)) return true
      if (record) record.decided = []
      return false
    },
    answered(outcome, { decided }) {
      if (UNDECIDED.has(outcome)) decided.pop()
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
