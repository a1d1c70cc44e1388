// Chance that can be replayed: the same seed gives the same herd, buyer by buyer, whichever process a
// buyer lives in. (Method: mulberry32.)

export interface Chance {
  share(): number // 0 ≤ share < 1
  is(probability: number): boolean
}

export const chanceOf = (seed: number): Chance => {
  let state = seed >>> 0
  const share = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return { share, is: (probability) => share() < probability }
}

// A buyer's own, so that what one draws changes nothing for another.
export const chanceOfBuyer = (seed: number, buyerId: string): Chance => {
  const id = BigInt(buyerId)
  const low = Number(id & 0xffff_ffffn)
  const high = Number((id >> 32n) & 0xffff_ffffn)
  const first = chanceOf(seed ^ Math.imul(low, 0x9e3779b1)).share() * 2 ** 32
  return chanceOf(first ^ Math.imul(high, 0x85ebca6b))
}
