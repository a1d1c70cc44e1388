// How long things took, as counts per band, so that the histograms of several processes add up exactly:
// percentiles themselves cannot be added. Bands are microseconds up to 1 ms, and from there 512 to
// each doubling: no figure is off by more than 0.2 %. (Method: HdrHistogram, Gil Tene.)

export interface Histogram {
  bands: Map<number, number> // counts by band
  count: number
  maxMs: number // as it was, not of a band
}

export interface Percentiles {
  count: number
  p50: number
  p90: number
  p99: number
  p999: number
  max: number
}

const EXACT_BITS = 9
const MICROSECONDS_MAX = 2 ** 31 - 1

export const newHistogram = (): Histogram => ({ bands: new Map(), count: 0, maxMs: 0 })

export const record = (histogram: Histogram, tookMs: number) => {
  const band = bandOf(Math.min(MICROSECONDS_MAX, Math.max(0, Math.round(tookMs * 1000))))
  histogram.bands.set(band, (histogram.bands.get(band) ?? 0) + 1)
  histogram.count += 1
  histogram.maxMs = Math.max(histogram.maxMs, tookMs)
}

export const addHistogram = (into: Histogram, { bands, count, maxMs }: Histogram) => {
  for (const [band, times] of bands) into.bands.set(band, (into.bands.get(band) ?? 0) + times)
  into.count += count
  into.maxMs = Math.max(into.maxMs, maxMs)
}

// In milliseconds; undefined when nothing was recorded.
export const percentilesOf = (histogram: Histogram): Percentiles | undefined => {
  const { bands, count, maxMs } = histogram
  if (count === 0) return undefined
  const ascending = [...bands].sort(([one], [other]) => one - other)
  const [p50, p90, p99, p999] = [0.5, 0.9, 0.99, 0.999].map((share) => {
    let left = Math.ceil(share * count)
    for (const [band, times] of ascending) {
      left -= times
      if (left <= 0) return Math.min(maxMs, highestOf(band) / 1000)
    }
    return maxMs
  }) as [number, number, number, number]
  return { count, p50, p90, p99, p999, max: maxMs }
}

const bandOf = (microseconds: number): number => {
  const shift = Math.max(0, 31 - Math.clz32(microseconds) - EXACT_BITS)
  return (shift << EXACT_BITS) + (microseconds >>> shift)
}

// The longest time that falls into a band.
const highestOf = (band: number): number => {
  const shift = Math.max(0, (band >> EXACT_BITS) - 1)
  return (band - (shift << EXACT_BITS) + 1) * 2 ** shift - 1
}
