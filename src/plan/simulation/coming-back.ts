// Buyers who were told to come again: how many in which millisecond, and when they first asked, to a tenth of
// a second, or to a second after ten of them. That is little of the time they wait.

interface ComingBack {
  plan(atMs: number, firstMs: number, count: number): void
  take(nowMs: number): Map<number, number> | undefined // counts, by when they first asked
  all(): number
}

const BIN_MS = 100
const LONG_MS = 10_000

export const comingBack = (): ComingBack => {
  const due = new Map<number, Map<number, number>>()
  let all = 0
  return {
    plan(atMs, firstMs, count) {
      let bins = due.get(atMs)
      if (bins === undefined) due.set(atMs, (bins = new Map()))
      const binMs = atMs - firstMs > LONG_MS ? 10 * BIN_MS : BIN_MS
      const bin = Math.floor(firstMs / binMs) * binMs + binMs / 2
      bins.set(bin, (bins.get(bin) ?? 0) + count)
      all += count
    },
    take(nowMs) {
      const bins = due.get(nowMs)
      due.delete(nowMs)
      for (const count of bins?.values() ?? []) all -= count
      return bins
    },
    all: () => all,
  }
}
