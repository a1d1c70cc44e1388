// Finds whether an address lies in one of many networks. Networks with equally long prefixes are one
// table, by the bits of the prefix: a look-up asks each of the few tables there are, and a change touches
// one entry, however many there are.

import type { AddressWords, Network } from './addresses.ts'

export interface Networks {
  size(): number
  set(network: Network, untilMs: number): void // Infinity: for good
  delete(network: Network): void
  has(address: AddressWords, nowMs: number): boolean
  forgetPast(nowMs: number): void
}

type Table = Map<string, number> // until when

export const networks = (): Networks => {
  const v4 = new Map<number, Table>() // by the length of the prefix
  const v6 = new Map<number, Table>()
  const tablesOf = (address: AddressWords) => (address.length === 1 ? v4 : v6)
  const all = () => [...v4.values(), ...v6.values()]

  return {
    size: () => all().reduce((sum, table) => sum + table.size, 0),

    set({ first, prefix }, untilMs) {
      const tables = tablesOf(first)
      const table: Table = tables.get(prefix) ?? new Map()
      tables.set(prefix, table.set(prefixOf(first, prefix), untilMs))
    },

    delete({ first, prefix }) {
      const tables = tablesOf(first)
      const table = tables.get(prefix)
      table?.delete(prefixOf(first, prefix))
      if (table?.size === 0) tables.delete(prefix)
    },

    has(address, nowMs) {
      for (const [prefix, table] of tablesOf(address))
        if (nowMs < (table.get(prefixOf(address, prefix)) ?? -Infinity)) return true
      return false
    },

    forgetPast(nowMs) {
      for (const table of all())
        for (const [bits, untilMs] of table) if (untilMs <= nowMs) table.delete(bits)
    },
  }
}

// The first bits of an address, as text.
const prefixOf = (address: AddressWords, prefix: number): string => {
  const whole = prefix >>> 5 // words
  const rest = prefix & 31
  let bits = ''
  for (let at = 0; at < whole; at += 1) bits += `${address[at]} `
  return rest === 0 ? bits : bits + (address[whole]! >>> (32 - rest))
}
