// A histogram without labels that costs nothing to observe: a few comparisons and an addition, where
// prom-client's own takes 0.3 µs. It is put into Prometheus' form when somebody looks.

import type { Metric, Registry } from 'prom-client'

export interface PlainHistogram {
  observe(value: number): void
}

export const plainHistogram = (
  registry: Registry,
  { name, help, buckets }: { name: string; help: string; buckets: readonly number[] },
): PlainHistogram => {
  const counts = new Float64Array(buckets.length + 1) // the last one: above all buckets
  let sum = 0

  // Each bucket counts all that is not above it.
  const values = () => {
    let count = 0
    const within = [...buckets, '+Inf'].map((le, at) => {
      count += counts[at]!
      return { labels: { le }, value: count, metricName: `${name}_bucket` }
    })
    const all = { sum, count }
    const rest = (['sum', 'count'] as const).map((of) => {
      return { labels: {}, value: all[of], metricName: `${name}_${of}` }
    })
    return [...within, ...rest]
  }

  const metric = {
    name,
    get: async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: values() }),
  }
  registry.registerMetric(metric as unknown as Metric) // all that a registry asks of one
  return {
    observe(value) {
      let at = 0
      while (at < buckets.length && value > buckets[at]!) at += 1
      counts[at]! += 1
      sum += value
    },
  }
}
