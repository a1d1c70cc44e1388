// Counters, gauges and histograms by the names this program gives them. A counter with few labels that are
// known beforehand has all its children from the start: none is looked up when it counts, and none is
// missing while it is 0.

import { Counter, Gauge, type Registry } from 'prom-client'
import { plainHistogram } from '../histogram.ts'

const LATENCY_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5]

export const instruments = (registry: Registry) => {
  const own = { registers: [registry] }

  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `seckill_${name}`, help, labelNames, ...own })

  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `seckill_${name}`, help, labelNames, ...own })

  // One that is asked for anew whenever somebody looks. Values that are not set then are not there.
  const asked = (
    { name, help, labelNames = [] }: { name: string; help: string; labelNames?: string[] },
    ask: (gauge: Gauge) => void | Promise<void>,
  ) => {
    const made: Gauge = new Gauge({
      name: `seckill_${name}`,
      help,
      labelNames,
      ...own,
      async collect() {
        made.reset()
        if (labelNames.length === 0) made.remove() // the 0 that a reset leaves
        await ask(made)
      },
    })
    return made
  }

  const children = <Value extends string>(
    { name, help, label }: { name: string; help: string; label: string },
    values: readonly Value[],
  ) => {
    const whole = counter(name, help, [label])
    const entries = values.map((value) => [value, whole.labels(value)] as const)
    for (const [, child] of entries) child.inc(0)
    return Object.fromEntries(entries) as Record<Value, Counter.Internal>
  }

  const seconds = (name: string, help: string, buckets = LATENCY_BUCKETS) =>
    plainHistogram(registry, { name: `seckill_${name}`, help, buckets })

  return { asked, children, counter, gauge, seconds }
}
