// All that is left to chance in one simulated run, drawn from its seed: the same seed draws the same.

export interface Chance {
  below(limit: number): number // 0 … limit − 1
  happens(probability: number): boolean
  pick<Item>(items: readonly Item[]): Item
}

// mulberry32: one 32-bit word of state, good enough to tell schedules apart.
export const chance = (seed: number): Chance => {
  let state = seed | 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    happens: (probability) => next() < probability,
    pick: (items) => items[below(items.length)]!,
  }
}
