// A buyer's account: what it may be called, when two names are the same, and how long a password is.
// Names that differ only in case, width or the spaces around them are one name.

import type { BuyerId } from './ids.ts'

export interface Account {
  buyerId: BuyerId
  passwordHash: string
}

// Who is signed in, from when until when.
export interface Session {
  sessionId: string
  buyerId: BuyerId
  createdAtMs: number
  expiresAtMs: number
}

// In code points. A name is counted as it is compared.
export const NAME_LENGTH = { min: 1, max: 64 } as const
export const TYPED_NAME_LENGTH_MAX = 256
export const PASSWORD_LENGTH = { min: 8, max: 256 } as const

// Letters, marks, numbers, punctuation, symbols and spaces, but none that is not to be seen (the blank
// of Braille is a symbol), and no mark without a letter before it.
const VISIBLE =
  /^(?!\p{M})[[\p{L}\p{M}\p{N}\p{P}\p{S}\x20]--[\p{Default_Ignorable_Code_Point}\u2800]]+$/v

// The name as it is compared; undefined for what is no name.
export const accountName = (typed: string): string | undefined => {
  const folded = caseFolded(typed.normalize('NFKC')).normalize('NFKC').trim()
  const length = Array.from(folded).length
  const fits = length >= NAME_LENGTH.min && length <= NAME_LENGTH.max
  return fits && VISIBLE.test(folded) ? folded : undefined
}

// Each direction knows pairs that the other does not (ẞ and ß, ß and SS); together they are as good as
// https://www.unicode.org/versions/latest/core-spec/chapter-3/#G53513 for comparing.
const caseFolded = (text: string) => text.toLowerCase().toUpperCase().toLowerCase()
