// Texts that this shop signs and believes without a look at any table: `<version>.<payload>.<HMAC-SHA-256>`,
// payload and code in base64url, the payload being the id of the key and the claims, with dots between. One
// algorithm, one spelling per text. A claim is of letters, digits, - and _.
//
// Never log such a text; never answer which part of it was wrong.

import { timingSafeEqual } from 'node:crypto'
import { hmacSha256 } from './hmac.ts'

export interface TextKey {
  id: string // letters, digits, - and _
  secret: string
}

// An object that gets a member later is made of two, so it has this one from the beginning.
export interface Claimed {
  isNew: boolean // it was not remembered
}

export interface SignedTextTerms<Claims extends Claimed> {
  version: string // of letters and digits; another one for each kind of text
  cacheMax: number
  readClaims(parts: string[]): Claims | undefined // new ones; undefined: they are none of this kind
}

export interface SignedTexts<Claims> {
  sign(parts: (string | number)[]): string
  // What it says; it is remembered.
  verify(text: string): Claims | undefined
  // The same, and nothing is remembered.
  read(text: string): Claims | undefined
  // Of one that was not verified: whether it names a key of ours, and so was made by somebody else.
  isForged(text: string): boolean
}

// The first key signs; all verify, so that a key can be replaced without a text being refused.
// Verified texts are remembered, `cacheMax` to 2 × `cacheMax` of them.
export const signedTexts = <Claims extends Claimed>(
  keys: TextKey[],
  { version, cacheMax, readClaims }: SignedTextTerms<Claims>,
): SignedTexts<Claims> => {
  const codes = new Map(keys.map(({ id, secret }) => [id, hmacSha256(secret)]))
  const signer = keys[0]!
  const verified = verifiedTexts<Claims>(cacheMax)
  const partsOf = partsAmong(version)

  const named = (text: string) => {
    const parts = partsOf(text)
    const codeOf = parts && codes.get(parts.keyId)
    const claims = codeOf && readClaims(parts.claims)
    return claims && { code: parts.code, signed: parts.signed, codeOf, claims }
  }

  const proven = (text: string): Claims | undefined => {
    const found = named(text)
    return found && isSame(found.code, found.codeOf(found.signed)) ? found.claims : undefined
  }

  return {
    sign(parts) {
      const payload = Buffer.from([signer.id, ...parts].join('.')).toString('base64url')
      const signed = `${version}.${payload}`
      return `${signed}.${codes.get(signer.id)!(signed)}`
    },
    verify(text) {
      const known = verified.get(text)
      if (known) return known
      const claims = proven(text)
      if (claims) verified.remember(text, { ...claims, isNew: false })
      return claims
    },
    read: (text) => verified.get(text) ?? proven(text),
    isForged: (text) => named(text) !== undefined,
  }
}

const TEXT_LENGTH_MAX = 256

// A payload is of such characters that - and _ never come up in its base64url.
const partsAmong = (version: string) => {
  const pattern = new RegExp(`^(${version}\\.([A-Za-z0-9]+))\\.([\\w-]{43})$`)
  return (text: string) => {
    if (text.length > TEXT_LENGTH_MAX) return undefined
    const [, signed, payload, code] = pattern.exec(text) ?? []
    if (!signed || !payload || !code || payload.length % 4 === 1) return undefined
    const [keyId, ...claims] = atob(payload).split('.')
    return { keyId: keyId!, claims, signed, code }
  }
}

const CODE_LENGTH = 43
const givenCode = Buffer.alloc(CODE_LENGTH)
const expectedCode = Buffer.alloc(CODE_LENGTH)

// Written over the last two: to make two buffers takes longer than to compare them.
const isSame = (given: string, expected: string): boolean => {
  givenCode.write(given, 'latin1')
  expectedCode.write(expected, 'latin1')
  return timingSafeEqual(givenCode, expectedCode)
}

// Remembers at least the last `max` entries, in two generations: no bookkeeping per look-up. They are
// found by a number and known by their whole text: to look up the text itself, V8 reads all of it first,
// which takes three times as long. Of two texts with one number, the later one is remembered.
const verifiedTexts = <Claims>(max: number) => {
  let young = new Map<number, Verified<Claims>>()
  let old = new Map<number, Verified<Claims>>()
  return {
    get(text: string): Claims | undefined {
      const key = keyOf(text)
      const known = young.get(key) ?? old.get(key)
      return known?.text === text ? known.claims : undefined
    },
    remember(text: string, claims: Claims) {
      young.set(keyOf(text), { text, claims })
      if (young.size < max) return
      old = young
      young = new Map()
    },
  }
}

interface Verified<Claims> {
  text: string
  claims: Claims
}

const KEY_LETTERS = 8

// Made of the end of the code, where no two texts are alike.
const keyOf = (text: string): number => {
  let key = 0
  for (let at = text.length - KEY_LETTERS; at < text.length; at += 1)
    key = (Math.imul(key, 31) + text.charCodeAt(at)) | 0
  return key
}
