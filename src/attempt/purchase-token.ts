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

export interface VerifiedClaims extends TokenClaims {
  isNew: boolean // it was not remembered: this may be the buyer's first attempt here
}

export interface PurchaseTokens {
  issue(claims: TokenClaims): string
  // Whose attempt this is; it is remembered.
  verify(token: string): VerifiedClaims | undefined
  // The same for what is no attempt: nothing is remembered.
  read(token: string): TokenClaims | undefined
  // Of one that was not verified: whether it names a key of ours, and so was made by somebody else.
  isForged(token: string): boolean
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
  const verified = verifiedTokens<VerifiedClaims>(cacheMax)

  const proven = (token: string): TokenClaims | undefined => {
    const read = readToken(token)
    const secret = read && secrets.get(read.keyId)
    return secret && isSame(read.code, codeOf(secret, read.signed)) ? read.claims : undefined
  }

  return {
    verify(token) {
      const known = verified.get(token)
      if (known) return known
      const claims = proven(token)
      if (claims === undefined) return undefined
      verified.remember(token, { ...claims, isNew: false })
      return { ...claims, isNew: true }
    },
    read: (token) => verified.get(token) ?? proven(token),
    isForged(token) {
      const read = readToken(token)
      return read !== undefined && secrets.has(read.keyId)
    },
    issue({ saleId, buyerId }) {
      const payload = Buffer.from(`${signer.id}.${saleId}.${buyerId}`).toString('base64url')
      const signed = `v1.${payload}`
      return `${signed}.${codeOf(secrets.get(signer.id)!, signed)}`
    },
  }
}

export const codeOf = (secret: KeyObject, signed: string): string =>
  createHmac('sha256', secret).update(signed).digest('base64url')

const CODE_LENGTH = 43
const givenCode = Buffer.alloc(CODE_LENGTH)
const expectedCode = Buffer.alloc(CODE_LENGTH)

// Written over the last two: to make two buffers takes longer than to compare them.
export const isSame = (given: string, expected: string): boolean => {
  givenCode.write(given, 'latin1')
  expectedCode.write(expected, 'latin1')
  return timingSafeEqual(givenCode, expectedCode)
}

// A payload is of such characters that - and _ never come up in its base64url.
const TOKEN = /^(v1\.([A-Za-z0-9]+))\.([\w-]{43})$/
const PAYLOAD = /^([\w-]+)\.(\d+)\.(\d+)$/

const readToken = (token: string) => {
  if (token.length > TOKEN_LENGTH_MAX) return undefined
  const [, signed, payload, code] = TOKEN.exec(token) ?? []
  if (!signed || !payload || !code || payload.length % 4 === 1) return undefined
  const [, keyId, saleId, buyerId] = PAYLOAD.exec(atob(payload)) ?? []
  if (!keyId || !saleId || !buyerId || !isId(saleId) || !isId(buyerId)) return undefined
  return { keyId, code, signed, claims: { saleId, buyerId } }
}

// Remembers at least the last `max` entries, in two generations: no bookkeeping per look-up. They are
// found by a number and known by their whole text: to look up the text itself, V8 reads all of it first,
// which takes three times as long. Of two tokens with one number, the later one is remembered.
export const verifiedTokens = <Claims>(max: number) => {
  let young = new Map<number, Verified<Claims>>()
  let old = new Map<number, Verified<Claims>>()
  return {
    get(token: string): Claims | undefined {
      const key = keyOf(token)
      const known = young.get(key) ?? old.get(key)
      return known?.token === token ? known.claims : undefined
    },
    remember(token: string, claims: Claims) {
      young.set(keyOf(token), { token, claims })
      if (young.size < max) return
      old = young
      young = new Map()
    },
  }
}

interface Verified<Claims> {
  token: string
  claims: Claims
}

const KEY_LETTERS = 8

// Made of the end of the code, where no two tokens are alike.
const keyOf = (token: string): number => {
  let key = 0
  for (let at = token.length - KEY_LETTERS; at < token.length; at += 1)
    key = (Math.imul(key, 31) + token.charCodeAt(at)) | 0
  return key
}
