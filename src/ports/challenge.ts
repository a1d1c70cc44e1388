// A question that costs whoever answers it some work: made for one buyer in one sale, and good until it
// runs out. A provider elsewhere verifies with a call of its own, which is why that may take time.
//
// Deliberately not in it: that a solution counts once (spent-challenges.ts), who is asked, and when.

import type { BuyerId, SaleId } from '../domain/ids.ts'

export interface Challenge {
  make(of: ChallengeFor & { untilMs: number; difficulty: number }): Promise<MadeChallenge>
  // Never rejects for what a solution says: one that cannot be read is wrong.
  verify(of: ChallengeFor & { solution: string; nowMs: number }): Promise<ChallengeVerdict>
}

export interface ChallengeFor {
  saleId: SaleId
  buyerId: BuyerId
}

// What a client is given, as it is, by the kind of provider. `difficulty` is the number of tries that find
// a solution for certain.
export type MadeChallenge = { kind: 'altcha'; parameters: AltchaParameters; signature: string }

export interface AltchaParameters {
  algorithm: string
  cost: number
  keyLength: number
  keyPrefix: string
  nonce: string
  salt: string
  data: Record<string, string | number>
}

export type ChallengeVerdict =
  | { result: 'solved'; challengeId: string; untilMs: number } // the same id for every solution of it
  | { result: 'wrong' } // also of another buyer or another sale
  | { result: 'expired' }
