// Tokens of another identity provider, verified with the keys it publishes. Only algorithms with a
// public and a private key: with any other, whoever can read the published keys could sign.
//
// A provider that cannot be reached is a failure of the world, never a no.

import { performance } from 'node:perf_hooks'
import { createRemoteJWKSet, errors, type JWTPayload, jwtVerify, type JWTVerifyGetKey } from 'jose'
import { EngineError } from '../../domain/errors.ts'
import { type ForeignClaims, type ForeignTokens, SUBJECT_LENGTH_MAX } from '../../ports/identity.ts'

const ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
  'Ed25519',
]

// Whoever waits for an answer waits for the keys too.
const KEYS_WITHIN_MS = 2000
// After so long, one that is not published any more signs nothing.
const KEYS_FOR_MS = 600_000
// A key we do not know may be new, but whoever invents key ids must not make us ask all the time.
const KEYS_EVERY_MS = 5000
// The provider's clock is not ours.
const CLOCKS_APART_SECONDS = 5

export const jwksTokens = ({
  url,
  issuer,
  audience,
  keysEveryMs = KEYS_EVERY_MS,
}: {
  url: string
  issuer: string
  audience: string
  keysEveryMs?: number
}): ForeignTokens => {
  const key = reachable(renewedKeys(url, keysEveryMs))
  return {
    async read(token, nowMs) {
      const options = {
        algorithms: ALGORITHMS,
        issuer,
        audience,
        currentDate: new Date(nowMs),
        clockTolerance: CLOCKS_APART_SECONDS,
        requiredClaims: ['exp', 'sub'],
      }
      try {
        return claimsOf((await jwtVerify(token, key, options)).payload)
      } catch (error) {
        if (error instanceof errors.JOSEError) return undefined
        throw error
      }
    },
  }
}

// Jose itself counts by this machine's clock: after one that was set back, keys that were replaced would
// be good for as much longer, and new ones unknown.
const renewedKeys = (url: string, keysEveryMs: number): JWTVerifyGetKey => {
  const forEver = { cacheMaxAge: Infinity, cooldownDuration: Infinity }
  const keys = createRemoteJWKSet(new URL(url), { timeoutDuration: KEYS_WITHIN_MS, ...forEver })
  let readAtMs = -Infinity
  const ageMs = () => performance.now() - readAtMs
  const renew = async () => {
    await keys.reload()
    readAtMs = performance.now()
  }
  return async (header, token) => {
    if (ageMs() >= KEYS_FOR_MS) await renew()
    try {
      return await keys(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || ageMs() < keysEveryMs) throw error
      await renew()
      return keys(header, token)
    }
  }
}

// What is wrong with the token stays a refusal; whatever else keeps us from a key is a failure.
const reachable =
  (keys: JWTVerifyGetKey): JWTVerifyGetKey =>
  async (header, token) => {
    try {
      return await keys(header, token)
    } catch (error) {
      if (REFUSALS.some((refusal) => error instanceof refusal)) throw error
      throw new EngineError('IDENTITY_UNREACHABLE', { cause: error })
    }
  }

const REFUSALS = [
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JOSENotSupported,
]

const claimsOf = ({ sub, exp }: JWTPayload): ForeignClaims | undefined => {
  if (typeof sub !== 'string' || sub === '' || sub.length > SUBJECT_LENGTH_MAX) return undefined
  return { subject: sub, expiresAtMs: exp! * 1000 }
}
