// What a solved challenge is good for: the signed right of one buyer to attempt and to enter one sale for a
// while, although he is suspicious. `c1.<payload>.<HMAC-SHA-256>`, payload and code in base64url, the payload
// being `keyId.saleId.buyerId.untilMs`. Signed with keys of its own: no purchase token is a pass.
//
// Never log a pass; never answer which part of it was wrong.

import { createSecretKey } from 'node:crypto'
import { PASS_MS } from '../domain/challenge.ts'
import type { BuyerId, SaleId } from '../domain/ids.ts'
import { codeOf, isSame, type TokenKey, verifiedTokens } from './purchase-token.ts'

export interface PassFor {
  saleId: SaleId
  buyerId: BuyerId
  nowMs: number
}

export interface ChallengePasses {
  issue(of: PassFor): { pass: string; untilMs: number }
  isGood(pass: string, of: PassFor): boolean
}

interface PassClaims extends Omit<PassFor, 'nowMs'> {
  untilMs: number
}

// The first key signs; all verify. Verified passes are remembered, `cacheMax` to 2 × `cacheMax` of them.
export const challengePasses = (
  keys: TokenKey[],
  { cacheMax }: { cacheMax: number },
): ChallengePasses => {
  const secrets = new Map(keys.map(({ id, secret }) => [id, createSecretKey(secret, 'utf8')]))
  const signer = keys[0]!
  const verified = verifiedTokens<PassClaims>(cacheMax)

  const verify = (pass: string): PassClaims | undefined => {
    const known = verified.get(pass)
    if (known) return known
    const read = readPass(pass)
    const secret = read && secrets.get(read.keyId)
    if (!secret || !isSame(read.code, codeOf(secret, read.signed))) return undefined
    verified.remember(pass, read.claims)
    return read.claims
  }

  return {
    issue({ saleId, buyerId, nowMs }) {
      const untilMs = nowMs + PASS_MS
      const claims = `${signer.id}.${saleId}.${buyerId}.${untilMs}`
      const signed = `c1.${Buffer.from(claims).toString('base64url')}`
      return { pass: `${signed}.${codeOf(secrets.get(signer.id)!, signed)}`, untilMs }
    },
    isGood(pass, { saleId, buyerId, nowMs }) {
      const claims = verify(pass)
      if (claims === undefined || nowMs >= claims.untilMs) return false
      return claims.saleId === saleId && claims.buyerId === buyerId
    },
  }
}

const PASS_LENGTH_MAX = 256

const PASS = /^(c1\.([\w-]+))\.([\w-]{43})$/
const PAYLOAD = /^([\w-]+)\.(\d+)\.(\d+)\.(\d{1,15})$/

const readPass = (pass: string) => {
  if (pass.length > PASS_LENGTH_MAX) return undefined
  const [, signed, payload, code] = PASS.exec(pass) ?? []
  if (!signed || !payload || !code) return undefined
  const claims = Buffer.from(payload, 'base64url').toString('latin1')
  const [, keyId, saleId, buyerId, untilMs] = PAYLOAD.exec(claims) ?? []
  if (!keyId || !saleId || !buyerId) return undefined
  return { keyId, code, signed, claims: { saleId, buyerId, untilMs: Number(untilMs) } }
}
