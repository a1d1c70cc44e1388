// How long many things took, as counts by length: thirty-two steps for every doubling, so a time is known to
// one part in sixty. Counts of many processes are added as they are, which percentiles cannot be.

export interface Latency {
  p50Ms: number
  p90Ms: number
  p99Ms: number
  maxMs: number
}

// [step, count], those that are not 0.
export type LatencyCounts = [number, number][]

const STEPS = 32 // of a doubling; below this many microseconds each has a step of its own
const SHIFT = Math.log2(STEPS)
const MICROSECONDS_MAX = 60_000_000 // what takes longer than a minute is a minute

export const stepOf = (ms: number): number => {
  const microseconds = Math.min(MICROSECONDS_MAX, Math.max(0, Math.round(ms * 1000)))
  if (microseconds < STEPS) return microseconds
  const doublings = 31 - Math.clz32(microseconds) - SHIFT
  return doublings * STEPS + (microseconds >>> doublings)
}

export const LATENCY_STEPS = stepOf(Infinity) + 1

// The middle of what it stands for.
const msOf = (step: number): number => {
  if (step < STEPS) return step / 1000
  const doublings = Math.floor(step / STEPS) - 1
  const from = (step - doublings * STEPS) * 2 ** doublings
  return (from + 2 ** doublings / 2) / 1000
}

// Undefined: nothing was counted.
export const latencyOf = (all: LatencyCounts[]): Latency | undefined => {
  const counts = new Float64Array(LATENCY_STEPS)
  let total = 0
  for (const [step, count] of all.flat()) {
    counts[step]! += count
    total += count
  }
  if (total === 0) return undefined
  const below = (share: number) => {
    let seen = 0
    const step = counts.findIndex((count) => (seen += count) >= share * total)
    return msOf(step)
  }
  return { p50Ms: below(0.5), p90Ms: below(0.9), p99Ms: below(0.99), maxMs: below(1) }
}
