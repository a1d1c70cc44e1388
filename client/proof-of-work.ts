// Solves a challenge: which number, behind salt and nonce, has a SHA-256 that begins as it should? Hashed
// here and not by the browser: for 36 bytes its own takes longer to ask than to hash, and it is there only
// over HTTPS. What is hashed always fits into one block.
// https://csrc.nist.gov/pubs/fips/180-4/upd1/final

export interface Puzzle {
  algorithm: string
  cost: number
  keyLength: number
  keyPrefix: string // as hexadecimal digits, like the next two
  nonce: string
  salt: string
  data: { difficulty?: number | string } // so many numbers are tried at most
}

export interface Found {
  counter: number
  derivedKey: string
}

// Another kind of puzzle cannot be solved here.
export const canSolve = ({ algorithm, cost, keyLength, keyPrefix, nonce, salt }: Puzzle): boolean =>
  algorithm === 'SHA-256' &&
  cost === 1 &&
  keyLength === 32 &&
  keyPrefix.length >= 8 &&
  salt.length === 32 &&
  nonce.length === 32

// Tries so many numbers from the first on. Undefined: it is none of them.
export const tryNumbers = (
  { keyPrefix, nonce, salt }: Puzzle,
  { from, count }: { from: number; count: number },
): Found | undefined => {
  const block = new Int32Array(64)
  block.set(wordsOf(salt + nonce))
  const begins = wordsOf(keyPrefix.slice(0, 8))[0]!
  for (let counter = from; counter < from + count; counter += 1) {
    block[COUNTER_AT] = counter
    block[COUNTER_AT + 1] = END
    block[LENGTH_AT] = LENGTH_BITS
    hash(block)
    if (digest[0] !== begins) continue
    const derivedKey = hexOf(digest)
    if (derivedKey.startsWith(keyPrefix)) return { counter, derivedKey }
  }
  return undefined
}

const COUNTER_AT = 8
const END = 0x80000000 | 0
const LENGTH_AT = 15
const LENGTH_BITS = 36 * 8

const wordsOf = (hex: string): number[] =>
  (hex.match(/.{8}/g) ?? []).map((word) => Number.parseInt(word, 16) | 0)

const hexOf = (words: Int32Array): string =>
  [...words].map((word) => (word >>> 0).toString(16).padStart(8, '0')).join('')

// The first 32 bits of what is behind the point in the roots of the first primes.
const isPrime = (n: number): boolean => {
  for (let factor = 2; factor * factor <= n; factor += 1) if (n % factor === 0) return false
  return true
}
const PRIMES = Array.from({ length: 310 }, (_, at) => at + 2).filter(isPrime)
const fraction = (root: number) => ((root - Math.floor(root)) * 2 ** 32) | 0
const START = Int32Array.from(PRIMES.slice(0, 8), (prime) => fraction(Math.sqrt(prime)))
const ROUND = Int32Array.from(PRIMES, (prime) => fraction(Math.cbrt(prime)))

const digest = new Int32Array(8) // of the last block that was hashed

const turned = (word: number, by: number) => (word >>> by) | (word << (32 - by))

// One block of 16 words, with room behind them for 48 more. It is the whole message.
const hash = (w: Int32Array): void => {
  for (let at = 16; at < 64; at += 1) {
    const [x, y] = [w[at - 15]!, w[at - 2]!]
    const before = turned(x, 7) ^ turned(x, 18) ^ (x >>> 3)
    const after = turned(y, 17) ^ turned(y, 19) ^ (y >>> 10)
    w[at] = (w[at - 16]! + before + w[at - 7]! + after) | 0
  }
  let a = START[0]!
  let b = START[1]!
  let c = START[2]!
  let d = START[3]!
  let e = START[4]!
  let f = START[5]!
  let g = START[6]!
  let h = START[7]!
  for (let at = 0; at < 64; at += 1) {
    const high = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)
    const first = (h + high + ((e & f) ^ (~e & g)) + ROUND[at]! + w[at]!) | 0
    const low = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)
    const second = (low + ((a & b) ^ (a & c) ^ (b & c))) | 0
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + second) | 0
  }
  digest[0] = a + START[0]!
  digest[1] = b + START[1]!
  digest[2] = c + START[2]!
  digest[3] = d + START[3]!
  digest[4] = e + START[4]!
  digest[5] = f + START[5]!
  digest[6] = g + START[6]!
  digest[7] = h + START[7]!
}
