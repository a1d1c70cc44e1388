// Finds whether an address lies in one of many networks. They are sorted, and each is linked to the one
// around it, so that a look-up is one binary search and a few steps outwards.

import type { AddressWords, Network } from './addresses.ts'

export interface NetworkEntry {
  network: Network
  untilMs: number // Infinity: for good
}

export type Networks = (address: AddressWords, nowMs: number) => boolean

export const networks = (entries: NetworkEntry[]): Networks => {
  const v4 = table(
    entries.filter(({ network }) => network.first.length === 1),
    1,
  )
  const v6 = table(
    entries.filter(({ network }) => network.first.length === 4),
    4,
  )
  return (address, nowMs) => (address.length === 1 ? v4 : v6)(address, nowMs)
}

// By first address, the wider network first.
export const compareNetworks = ({ network: a }: NetworkEntry, { network: b }: NetworkEntry) =>
  compare(a.first, b.first) || a.prefix - b.prefix

// Addresses as words one after the other, `width` words each: no objects to chase while searching.
const table = (unsorted: NetworkEntry[], width: number): Networks => {
  const entries = unsorted.sort(compareNetworks)
  const firsts = Uint32Array.from(entries.flatMap(({ network }) => network.first))
  const lasts = Uint32Array.from(entries.flatMap(({ network }) => network.last))
  const around = linksOutwards(entries)

  // The last network that does not begin above the address; −1 when there is none.
  const lastAtMost = (address: AddressWords): number => {
    let low = 0
    let high = entries.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (compareAt(firsts, middle * width, address) <= 0) low = middle + 1
      else high = middle
    }
    return low - 1
  }

  return (address, nowMs) => {
    for (let at = lastAtMost(address); at >= 0; at = around[at]!)
      if (compareAt(lasts, at * width, address) >= 0 && nowMs < entries[at]!.untilMs) return true
    return false
  }
}

const compare = (a: AddressWords, b: AddressWords): number => {
  const at = a.findIndex((word, place) => word !== b[place])
  return at < 0 ? 0 : a[at]! - b[at]!
}

// The same, for the words that stand at a place of a table.
const compareAt = (words: Uint32Array, from: number, address: AddressWords): number => {
  for (let at = 0; at < address.length; at += 1) {
    const difference = words[from + at]! - address[at]!
    if (difference !== 0) return difference
  }
  return 0
}

// Networks never overlap in part: of two, one lies in the other or they have nothing in common.
const linksOutwards = (sorted: NetworkEntry[]): Int32Array => {
  const around = new Int32Array(sorted.length)
  sorted.forEach(({ network }, at) => {
    let outer = at - 1
    while (outer >= 0 && compare(sorted[outer]!.network.last, network.first) < 0)
      outer = around[outer]!
    around[at] = outer
  })
  return around
}
