// Chance that can be replayed, and how many of many: exact draws would take a call for each of sixty million
// attempts, so counts above a handful are drawn from the normal distribution that they come near to.

export interface Chance {
  share(): number // 0 ≤ share < 1
  poisson(mean: number): number
  binomial(count: number, probability: number): number
}

const FEW = 12 // from this many on a normal distribution is near enough

// (Method: mulberry32.)
export const chanceOf = (seed: number): Chance => {
  let state = seed >>> 0
  const share = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const normal = () => Math.sqrt(-2 * Math.log(1 - share())) * Math.cos(2 * Math.PI * share())
  const near = (mean: number, variance: number) =>
    Math.max(0, Math.round(mean + normal() * Math.sqrt(variance)))

  const poisson = (mean: number): number => {
    if (mean > FEW) return near(mean, mean)
    const least = Math.exp(-mean)
    let count = 0
    for (let product = share(); product > least; product *= share()) count += 1
    return count
  }
  const binomial = (count: number, probability: number): number => {
    const mean = count * probability
    if (mean <= 0) return 0
    if (probability >= 1) return count
    if (mean > FEW && count - mean > FEW)
      return Math.min(count, near(mean, mean * (1 - probability)))
    if (mean > FEW) return count - binomial(count, 1 - probability)
    return Math.min(count, count > 10 * FEW ? poisson(mean) : exactly(count, probability))
  }
  const exactly = (count: number, probability: number) => {
    let hits = 0
    for (let turn = 0; turn < count; turn += 1) if (share() < probability) hits += 1
    return hits
  }
  return { share, poisson, binomial }
}
