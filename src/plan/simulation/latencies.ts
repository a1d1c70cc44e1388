// How long many things took, as weights by length: a hundred steps for every power of ten, so a time is
// known to one part in forty.

const STEPS = 100 // of a power of ten
const LEAST_MS = 0.001
const POWERS = 9 // up to 1,000 s

export interface Percentiles {
  p50: number
  p99: number
  p999: number
  max: number
}

export interface Latencies {
  add(ms: number, weight: number): void
  percentiles(): Percentiles | null // null: nothing was counted
  clear(): void
}

export const latencies = (): Latencies => {
  const weights = new Float64Array(STEPS * POWERS + 1)
  let all = 0
  return {
    add(ms, weight) {
      if (weight <= 0) return
      const step = Math.ceil(Math.log10(Math.max(ms, LEAST_MS) / LEAST_MS) * STEPS)
      weights[Math.min(step, STEPS * POWERS)]! += weight
      all += weight
    },
    percentiles() {
      if (all === 0) return null
      const below = (share: number) => {
        let seen = 0
        const step = weights.findIndex((weight) => {
          seen += weight
          return weight > 0 && seen >= share * all * (1 - 1e-9)
        })
        return Number((LEAST_MS * 10 ** (step / STEPS)).toPrecision(4))
      }
      return { p50: below(0.5), p99: below(0.99), p999: below(0.999), max: below(1) }
    },
    clear() {
      weights.fill(0)
      all = 0
    },
  }
}
