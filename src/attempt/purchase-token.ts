// The signed right of one buyer to attempt one sale: `v1.<payload>.<HMAC-SHA-256>`, payload and code
// in base64url, the payload being `keyId.saleId.buyerId`. One algorithm, one spelling per token. When
// it is good is not in it: that is the sale's window as the sale row says it now.
//
// Never log a token; never answer which part of it was wrong.

import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto'
import { type BuyerId, isId, type SaleId } from '../domain/ids.ts'

export interface TokenKey {
  id: string // letters, digits, - and _
  secret: string
}

export interface TokenClaims {
  saleId: SaleId
  buyerId: BuyerId
}

export interface PurchaseTokens {
  issue(claims: TokenClaims): string
  verify(token: string): TokenClaims | undefined
}

const TOKEN_LENGTH_MAX = 256

// The first key signs; all verify, so that a key can be replaced without a token being refused.
// Verified tokens are remembered, `cacheMax` to 2 × `cacheMax` of them.
export const purchaseTokens = (
  keys: TokenKey[],
  { cacheMax }: { cacheMax: number },
): PurchaseTokens => {
  const secrets = new Map(keys.map(({ id, secret }) => [id, createSecretKey(secret, 'utf8')]))
  const signer = keys[0]!
  const verified = recentMap<string, TokenClaims>(cacheMax)

  const verify = (token: string): TokenClaims | undefined => {
    const known = verified.get(token)
    if (known) return known
    const read = readToken(token)
    const secret = read && secrets.get(read.keyId)
    if (!secret || !isSame(read.code, codeOf(secret, read.signed))) return undefined
    verified.set(token, read.claims)
    return read.claims
  }

  return {
    verify,
    issue({ saleId, buyerId }) {
      const payload = Buffer.from(`${signer.id}.${saleId}.${buyerId}`).toString('base64url')
      const signed = `v1.${payload}`
      return `${signed}.${codeOf(secrets.get(signer.id)!, signed)}`
    },
  }
}

const codeOf = (secret: KeyObject, signed: string): string =>
  createHmac('sha256', secret).update(signed).digest('base64url')

const isSame = (given: string, expected: string): boolean =>
  given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected))

const TOKEN = /^(v1\.([\w-]+))\.([\w-]+)$/
const PAYLOAD = /^([\w-]+)\.(\d+)\.(\d+)$/

const readToken = (token: string) => {
  if (token.length > TOKEN_LENGTH_MAX) return undefined
  const [, signed, payload, code] = TOKEN.exec(token) ?? []
  if (!signed || !payload || !code) return undefined
  const text = Buffer.from(payload, 'base64url').toString('latin1')
  const [, keyId, saleId, buyerId] = PAYLOAD.exec(text) ?? []
  if (!keyId || !saleId || !buyerId || !isId(saleId) || !isId(buyerId)) return undefined
  return { keyId, code, signed, claims: { saleId, buyerId } }
}

// Remembers at least the last `max` entries, in two generations: no bookkeeping per look-up.
const recentMap = <Key, Value>(max: number) => {
  let young = new Map<Key, Value>()
  let old = new Map<Key, Value>()
  return {
    get: (key: Key): Value | undefined => young.get(key) ?? old.get(key),
    set(key: Key, value: Value) {
      young.set(key, value)
      if (young.size < max) return
      old = young
      young = new Map()
    },
  }
}
