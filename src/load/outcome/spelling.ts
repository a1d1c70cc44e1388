// How figures are written for people.

import type { Percentiles } from '../counts/histogram.ts'

export const whole = (value: number) => Math.round(value).toLocaleString('en')
export const percent = (share: number) => `${Math.round(share * 100)} %`
export const milliseconds = (value: number) => `${whole(value)} ms`
export const seconds = (ms: number) => `${(ms / 1000).toLocaleString('en')} s`

// Which sale, and how the engine holds its units.
export const spelledSale = (of: { saleId: string; strategy: string; segments: number }): string => {
  const { saleId, strategy, segments } = of
  return `sale ${saleId} (${segments === 1 ? strategy : `${strategy}, ${segments} segments`})`
}

export const row = (name: string, cells: Record<string, number | string>): string => {
  const spelled = Object.entries(cells).map(([cell, value]) =>
    `${cell} ${typeof value === 'number' ? whole(value) : value}`.padEnd(16),
  )
  return `  ${name.padEnd(12)}${spelled.join(' ')}`.trimEnd()
}

export const percentileCells = (latency: Percentiles): Record<string, string> => {
  const { p50, p90, p99, p999, max } = latency
  const cells = { p50, p90, p99, 'p99.9': p999, max }
  return Object.fromEntries(
    Object.entries(cells).map(([at, value]) => [at, `${value.toFixed(1)} ms`]),
  )
}

export const percentileRows = (
  title: string,
  latencyMs: Record<string, Percentiles | undefined>,
): string[] => [
  title,
  ...Object.entries(latencyMs).flatMap(([name, latency]) =>
    latency === undefined ? [] : [row(name, percentileCells(latency))],
  ),
]
