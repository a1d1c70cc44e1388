// What a solved challenge is good for: the signed right of one buyer to attempt and to enter one sale for a
// while, although he is suspicious. A signed text (signed-text.ts) of version `c1`, its claims being
// `saleId.buyerId.untilMs`. Signed with keys of its own: no purchase token is a pass.

import { PASS_MS } from '../domain/challenge.ts'
import { type BuyerId, isId, type SaleId } from '../domain/ids.ts'
import { type Claimed, signedTexts, type TextKey } from './signed-text.ts'

export interface PassFor {
  saleId: SaleId
  buyerId: BuyerId
  nowMs: number
}

export interface ChallengePasses {
  issue(of: PassFor): { pass: string; untilMs: number }
  isGood(pass: string, of: PassFor): boolean
}

interface PassClaims extends Omit<PassFor, 'nowMs'>, Claimed {
  untilMs: number
}

export const challengePasses = (
  keys: TextKey[],
  { cacheMax }: { cacheMax: number },
): ChallengePasses => {
  const passes = signedTexts(keys, { version: 'c1', cacheMax, readClaims })
  return {
    issue({ saleId, buyerId, nowMs }) {
      const untilMs = nowMs + PASS_MS
      return { pass: passes.sign([saleId, buyerId, untilMs]), untilMs }
    },
    isGood(pass, { saleId, buyerId, nowMs }) {
      const claims = passes.verify(pass)
      if (claims === undefined || nowMs >= claims.untilMs) return false
      return claims.saleId === saleId && claims.buyerId === buyerId
    },
  }
}

const INSTANT = /^\d{1,15}$/

const readClaims = ([saleId, buyerId, untilMs, ...more]: string[]): PassClaims | undefined => {
  if (!saleId || !buyerId || !untilMs || more.length > 0) return undefined
  if (!isId(saleId) || !isId(buyerId) || !INSTANT.test(untilMs)) return undefined
  return { saleId, buyerId, untilMs: Number(untilMs), isNew: true }
}
