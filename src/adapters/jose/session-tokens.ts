// Session tokens of this shop: JWTs under HS256 and nothing else, each naming the key that signed it.
// The keys are derived from the signing secrets for this purpose alone, so that what signs purchase
// tokens never signs a session, and a session token is never taken for anything else.

import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'
import { errors, jwtVerify, type JWTVerifyGetKey, SignJWT } from 'jose'
import { isId } from '../../domain/ids.ts'
import type { SessionClaims, SessionTokens } from '../../ports/identity.ts'

const ALGORITHM = 'HS256'
const KEY_BYTES = 32
const TOKEN_LENGTH_MAX = 1024

// The first key signs; all are believed.
export const joseSessionTokens = (keys: { id: string; secret: string }[]): SessionTokens => {
  const known = new Map(keys.map(({ id, secret }) => [id, sessionKey(secret)]))
  const [signer] = known
  const keyOf = keyAmong(known)
  return {
    async issue({ sessionId, buyerId, createdAtMs, expiresAtMs }) {
      const [kid, key] = signer!
      return new SignJWT({ sub: buyerId, jti: sessionId })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid })
        .setIssuedAt(Math.floor(createdAtMs / 1000))
        .setExpirationTime(Math.ceil(expiresAtMs / 1000))
        .sign(key)
    },
    async read(token, nowMs) {
      if (token.length > TOKEN_LENGTH_MAX || !isSpeltAsIssued(token)) return undefined
      const options = {
        algorithms: [ALGORITHM],
        currentDate: new Date(nowMs),
        requiredClaims: ['exp'],
        typ: 'JWT',
      }
      try {
        const { payload } = await jwtVerify(token, keyOf, options)
        return claimsOf(payload)
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined
        throw error
      }
    },
  }
}

const JWT = /^[\w-]+\.[\w-]+\.([\w-]+)$/

// One spelling per token: jose would also take padding, and bits at the end that say nothing.
const isSpeltAsIssued = (token: string): boolean => {
  const [, code] = JWT.exec(token) ?? []
  return code !== undefined && Buffer.from(code, 'base64url').toString('base64url') === code
}

const sessionKey = (secret: string): KeyObject =>
  createSecretKey(Buffer.from(hkdfSync('sha256', secret, '', 'seckill session tokens', KEY_BYTES)))

const keyAmong =
  (known: Map<string, KeyObject>): JWTVerifyGetKey =>
  ({ kid }) => {
    const key = known.get(kid ?? '')
    if (key === undefined) throw new errors.JWKSNoMatchingKey()
    return key
  }

// Jose reads these claims, but does not look what they are.
const claimsOf = ({ jti, sub }: { jti?: unknown; sub?: unknown }): SessionClaims | undefined => {
  if (typeof jti !== 'string' || typeof sub !== 'string' || !isId(sub)) return undefined
  return { sessionId: jti, buyerId: sub }
}
