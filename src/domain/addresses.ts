// Internet addresses and networks: read from text, compared as numbers, shown in one way. An IPv4 address
// in IPv6 clothes (`::ffff:192.0.2.1`) is the IPv4 address.

// An address as whole 32-bit words: one of IPv4, four of IPv6.
export type AddressWords = readonly number[]

export interface Network {
  text: string // as it is shown: the first address and the length of the prefix
  first: AddressWords
  prefix: number // bits
}

// Undefined for whatever is no address. A zone (`%eth0`) names an interface of ours, not the address.
export const readAddress = (text: string): AddressWords | undefined => {
  if (text.includes(':')) return wordsOfV6(text.includes('%') ? withoutZone(text) : text)
  const word = wordOfV4(text)
  return word === undefined ? undefined : [word]
}

const withoutZone = (text: string) => text.replace(/%[\w.:-]+$/, '')

// A text of equal length for all addresses of a kind, the kind first: `4` or `6` and the bits in hex.
export const addressKey = (text: string): string | undefined => {
  const words = readAddress(text)
  if (words === undefined) return undefined
  const bits = words.map((word) => word.toString(16).padStart(8, '0')).join('')
  return words.length === 1 ? `4${bits}` : `6${bits}`
}

// The one way to write an address (RFC 5952); undefined for whatever is no address.
export const addressText = (text: string): string | undefined => {
  const words = readAddress(text)
  return words && textOf(words)
}

// `192.0.2.0/24`, or an address for itself alone. Undefined for whatever is no network, also when an
// address inside is named instead of the first: what was meant is not clear then.
export const readNetwork = (text: string): Network | undefined => {
  const [, address, length] = /^([^/%]+)(?:\/(0|[1-9][0-9]{0,2}))?$/.exec(text) ?? []
  const first = address === undefined ? undefined : readAddress(address)
  if (first === undefined) return undefined
  const bits = first.length * 32
  const mapped = bits === 32 && address!.includes(':')
  const prefix = length === undefined ? bits : Number(length) - (mapped ? 96 : 0)
  if (prefix < 0 || prefix > bits) return undefined
  const free = first.map((_, at) => freeBits(prefix - at * 32))
  if (first.some((word, at) => (word & free[at]!) !== 0)) return undefined
  return { text: `${textOf(first)}/${prefix}`, first, prefix }
}

// The network of this size that an address lies in.
export const networkOf = (address: AddressWords, prefix: number): Network => {
  const first = address.map((word, at) => (word & ~freeBits(prefix - at * 32)) >>> 0)
  return { text: `${textOf(first)}/${prefix}`, first, prefix }
}

// The bits of one word that are behind the prefix.
const freeBits = (prefix: number): number =>
  prefix >= 32 ? 0 : (0xffffffff >>> Math.max(0, prefix)) >>> 0

const DOT = '.'.charCodeAt(0)
const COLON = ':'.charCodeAt(0)
const ZERO = '0'.charCodeAt(0)

// Four numbers without leading zeros: others read those as octal.
const wordOfV4 = (text: string, from = 0): number | undefined => {
  let word = 0
  let dots = 0
  let part = -1 // no digit yet
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code === DOT) {
      if (part < 0) return undefined
      word = word * 256 + part
      dots += 1
      part = -1
    } else {
      const digit = code - ZERO
      if (digit < 0 || digit > 9 || part === 0) return undefined
      part = part < 0 ? digit : part * 10 + digit
      if (part > 255) return undefined
    }
  }
  return part < 0 || dots !== 3 ? undefined : word * 256 + part
}

const wordsOfV6 = (text: string): AddressWords | undefined => {
  const groups = groupsOf(text)
  if (groups === undefined) return undefined
  const [a, b, c, d, e, f, g, h] = groups as [...number[]] & { length: 8 }
  const last = g! * 0x10000 + h!
  const isMapped = f === 0xffff && !a && !b && !c && !d && !e
  if (isMapped) return [last]
  return [a! * 0x10000 + b!, c! * 0x10000 + d!, e! * 0x10000 + f!, last]
}

// Eight groups; undefined when the text is no IPv6 address. `::` stands once, for one zero group or
// more; the last two groups may be written as an IPv4 address.
const groupsOf = (text: string): number[] | undefined => {
  const groups: number[] = []
  let gap = -1 // how many groups stand before `::`
  let at = 0
  if (text.startsWith('::')) {
    gap = 0
    at = 2
  }
  while (at < text.length) {
    const end = endOfGroup(text, at)
    if (text.charCodeAt(end) === DOT) {
      const word = wordOfV4(text, at)
      if (word === undefined) return undefined
      groups.push(word >>> 16, word & 0xffff)
      break
    }
    const group = groupOf(text, { from: at, end })
    if (group === undefined) return undefined
    groups.push(group)
    if (end === text.length) break
    if (text.charCodeAt(end) !== COLON || end + 1 === text.length) return undefined
    at = end + 1
    if (text.charCodeAt(at) === COLON) {
      if (gap >= 0) return undefined
      gap = groups.length
      at += 1
    }
  }
  return filled(groups, gap)
}

const filled = (groups: number[], gap: number): number[] | undefined => {
  const missing = 8 - groups.length
  if (gap < 0) return missing === 0 ? groups : undefined
  if (missing < 1) return undefined
  const after = groups.splice(gap)
  for (let count = 0; count < missing; count += 1) groups.push(0)
  groups.push(...after)
  return groups
}

const HEX_DIGITS = new Int8Array(0x10000).fill(-1) // by character code
for (const [value, digit] of '0123456789abcdef'.split('').entries()) {
  HEX_DIGITS[digit.charCodeAt(0)] = value
  HEX_DIGITS[digit.toUpperCase().charCodeAt(0)] = value
}

const endOfGroup = (text: string, from: number): number => {
  let end = from
  while (end < text.length && HEX_DIGITS[text.charCodeAt(end)]! >= 0) end += 1
  return end
}

// One to four hex digits.
const groupOf = (text: string, { from, end }: { from: number; end: number }) => {
  if (end === from || end > from + 4) return undefined
  let group = 0
  for (let at = from; at < end; at += 1) group = group * 16 + HEX_DIGITS[text.charCodeAt(at)]!
  return group
}

export const textOf = (words: AddressWords): string => {
  if (words.length === 1) return dotted(words[0]!)
  const groups = words.flatMap((word) => [word >>> 16, word & 0xffff])
  const { from, to } = longestZeros(groups)
  if (to - from < 2) return joined(groups, 0, 8)
  return `${joined(groups, 0, from)}::${joined(groups, to, 8)}`
}

const dotted = (word: number): string =>
  `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`

const joined = (groups: number[], from: number, to: number): string => {
  let text = ''
  for (let at = from; at < to; at += 1) text += (at > from ? ':' : '') + groups[at]!.toString(16)
  return text
}

// The longest run of zero groups, the first of equal ones, is `::`.
const longestZeros = (groups: number[]): { from: number; to: number } => {
  let longest = { from: 0, to: 0 }
  let from = 0
  for (let at = 0; at < 8; at += 1) {
    if (groups[at] !== 0) from = at + 1
    else if (at + 1 - from > longest.to - longest.from) longest = { from, to: at + 1 }
  }
  return longest
}
