// What the pages of a herd and of a saturation have in common.

import type { Percentiles } from '../counts/histogram.ts'
import type { Series } from '../outcome/series.ts'
import { percentileCells, whole } from '../outcome/spelling.ts'
import type { Plot, Table } from './page.ts'

export const answersPlot = ({ seconds, answersPerSecond }: Series): Plot => ({
  title: 'Answers a second, by outcome',
  unit: '/s',
  seconds,
  series: Object.entries(answersPerSecond).map(([label, values]) => ({ label, values })),
})

export const latencyPlot = ({ seconds, latencyMs }: Series, title: string): Plot => ({
  title,
  unit: 'ms',
  seconds,
  series: Object.entries(latencyMs).map(([label, values]) => ({ label, values })),
})

export const latencyTable = (latencyMs: Record<string, Percentiles | undefined>): Table => ({
  caption: 'Latency',
  head: ['', 'count', 'p50', 'p90', 'p99', 'p99.9', 'max'],
  rows: Object.entries(latencyMs).flatMap(([name, latency]) =>
    latency === undefined
      ? []
      : [[name, whole(latency.count), ...Object.values(percentileCells(latency))]],
  ),
})

export const pairs = (
  caption: string,
  values: Record<string, string | number | undefined>,
): Table => ({
  caption,
  head: ['', ''],
  rows: Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, typeof value === 'number' ? whole(value) : value!]),
})
