// Every comparison of secrets from here on, in the order of their making: by `timingSafeEqual` of
// node:crypto, or by WebCrypto's `verify`. To be imported before what compares.

import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'

export interface Comparison {
  by: 'timingSafeEqual' | 'verify'
  bytes: [number, number] // compared with
  isSame: boolean
}

const seen: Comparison[] = []

// What `work` compares.
export const comparisonsOf = async (work: () => unknown): Promise<Comparison[]> => {
  seen.length = 0
  await work()
  return seen.splice(0)
}

const { timingSafeEqual } = crypto
crypto.timingSafeEqual = (one, other) => {
  const isSame = timingSafeEqual(one, other)
  seen.push({ by: 'timingSafeEqual', bytes: [one.byteLength, other.byteLength], isSame })
  return isSame
}
syncBuiltinESMExports()

const { subtle } = globalThis.crypto
const verify = subtle.verify.bind(subtle)
subtle.verify = async (algorithm, key, signature, signed) => {
  const isSame = await verify(algorithm, key, signature, signed)
  seen.push({ by: 'verify', bytes: [signature.byteLength, signature.byteLength], isSame })
  return isSame
}
