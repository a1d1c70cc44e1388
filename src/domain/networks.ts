// Finds whether an address lies in one of many networks. Networks are looked up by the bits of their
// prefix and its length, once for each length there is. Where there are many lengths, a directory by the
// first bits of an address says which of them need not be asked. A change touches one entry, however
// many there are.

import type { AddressWords, Network } from './addresses.ts'
import { untilTable } from './until-table.ts'

export interface Networks {
  size(): number
  set(network: Pick<Network, 'first' | 'prefix'>, untilMs: number): void // Infinity: for good
  delete(network: Pick<Network, 'first' | 'prefix'>): void
  has(address: AddressWords, nowMs: number): boolean
  // Forgets some of those whose time has passed: calling it again and again forgets all.
  forgetSome(nowMs: number): void
}

export const networks = (): Networks => {
  const v4 = ofEqualAddresses(1)
  const v6 = ofEqualAddresses(4)
  const of = (address: AddressWords) => (address.length === 1 ? v4 : v6)
  return {
    size: () => v4.size() + v6.size(),
    set: (network, untilMs) => of(network.first).set(network, untilMs),
    delete: (network) => of(network.first).delete(network),
    has: (address, nowMs) => of(address).has(address, nowMs),
    forgetSome(nowMs) {
      v4.forgetSome(nowMs)
      v6.forgetSome(nowMs)
    },
  }
}

// Those of IPv4, or those of IPv6.
const ofEqualAddresses = (words: 1 | 4): Networks => {
  const table = untilTable(words + 1)
  const directory = words === 1 ? directoryOf(v4Range) : directoryOf(v6Range)
  let lengths: Length[] = [] // that there are
  const key = new Uint32Array(words + 1) // the bits of a prefix, and its length

  const keyOf = (address: AddressWords, prefix: number): Uint32Array => {
    for (let at = 0; at < words; at += 1) key[at] = address[at]! & maskOf(prefix - at * 32)
    key[words] = prefix
    return key
  }

  const lengthOf = (prefix: number): Length => {
    const known = lengths.find((length) => length.prefix === prefix)
    if (known) return known
    const isFew = lengths.filter((length) => length.askedAlways).length < ASKED_ALWAYS
    const length = { prefix, networks: 0, askedAlways: isFew || !directory.has(prefix) }
    lengths.push(length)
    return length
  }

  const removed = (prefix: number) => {
    const length = lengthOf(prefix)
    length.networks -= 1
    if (length.networks === 0) lengths = lengths.filter((one) => one !== length)
  }

  return {
    size: table.size,
    set({ first, prefix }, untilMs) {
      const before = table.size()
      table.set(keyOf(first, prefix), untilMs)
      if (table.size() === before) return
      const length = lengthOf(prefix)
      length.networks += 1
      if (!length.askedAlways) directory.note(first[0]!, prefix)
    },
    delete({ first, prefix }) {
      if (table.delete(keyOf(first, prefix))) removed(prefix)
    },
    has(address, nowMs) {
      const noted = directory.read(address[0]!)
      for (const { prefix, askedAlways } of lengths)
        if (askedAlways || directory.names(noted, prefix))
          if (nowMs < table.untilMs(keyOf(address, prefix))) return true
      return false
    },
    forgetSome: (nowMs) => table.forgetSome(nowMs, (gone) => removed(gone[words]!)),
  }
}

interface Length {
  prefix: number
  networks: number
  askedAlways: boolean // else where the directory names it
}

// The first length needs no directory: many lists have no other.
const ASKED_ALWAYS = 1

// The first bits of one word.
const maskOf = (bits: number): number => (bits >= 32 ? -1 : bits <= 0 ? 0 : -1 << (32 - bits))

// Which lengths there are among the networks that an address can lie in, by its first word. It may name a
// length too many, and keeps what it has noted when a network goes: that costs an asking.
const directoryOf = (rangeOf: RangeOf) => {
  let noted: Uint32Array | undefined // a bit for each length, or for some that follow each other
  return {
    // Networks of this length are noted.
    has: (prefix: number) => rangeOf(0, prefix) !== undefined,
    note(word: number, prefix: number) {
      noted ??= new Uint32Array(2 ** DIRECTORY_BITS)
      const { from, places } = rangeOf(word, prefix)!
      for (let at = from; at < from + places; at += 1) noted[at]! |= bitOf(prefix)
    },
    read: (word: number): number => noted?.[rangeOf(word, 32)!.from] ?? 0,
    names: (lengths: number, prefix: number) => (lengths & bitOf(prefix)) !== 0,
  }
}

const DIRECTORY_BITS = 20

// Lengths that are usual have each its own.
const bitOf = (prefix: number) => 1 << ((prefix ^ (prefix >>> 5)) & 31)

type RangeOf = (word: number, prefix: number) => { from: number; places: number } | undefined

const v4Range: RangeOf = (word, prefix) => ({
  from: word >>> (32 - DIRECTORY_BITS),
  places: prefix >= DIRECTORY_BITS ? 1 : 2 ** (DIRECTORY_BITS - prefix),
})

// All that begin with one word have one place, and no network that is wider has any.
const v6Range: RangeOf = (word, prefix) =>
  prefix < 32
    ? undefined
    : { from: Math.imul(word, 0x9e3779b1) >>> (32 - DIRECTORY_BITS), places: 1 }
