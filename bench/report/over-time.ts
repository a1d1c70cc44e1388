// One load as columns over time: what was answered, how late, and how much memory the server had.

import type { OpenLoopReport, Span } from '../load/open-loop/report.ts'
import type { OverTime } from '../scenarios/scenario.ts'
import type { MemorySample } from '../servers/tell-memory.ts'

export const overTimeOf = (
  report: Pick<OpenLoopReport, 'beginsAtMs'>,
  of: { spans: Span[]; memory: MemorySample[]; marks: Record<string, number> },
): OverTime => {
  const { spans, memory, marks } = of
  const spanMs = (spans[1]?.fromMs ?? 1000) - (spans[0]?.fromMs ?? 0)
  const names = [...new Set(spans.flatMap(({ outcomes }) => Object.keys(outcomes)))].sort()
  const perSecond = (name: string) =>
    spans.map(({ outcomes }) => Math.round(((outcomes[name] ?? 0) / spanMs) * 1000))
  const column = (what: 'p50' | 'p99') => spans.map((span) => span[what] && tenths(span[what]))
  const lastMs = report.beginsAtMs + (spans.at(-1)?.fromMs ?? 0) + spanMs
  const during = thinned(memory.filter(({ atMs }) => atMs >= report.beginsAtMs && atMs <= lastMs))
  return {
    seconds: spans.map(({ fromMs }) => fromMs / 1000),
    perSecond: Object.fromEntries(names.map((name) => [name, perSecond(name)])),
    latencyMs: { p50: column('p50'), p99: column('p99') },
    memory: {
      seconds: during.map(({ atMs }) => Math.round((atMs - report.beginsAtMs) / 10) / 100),
      rssMiB: during.map(({ rssBytes }) => mebibytes(rssBytes)),
      heapMiB: during.map(({ heapBytes }) => mebibytes(heapBytes)),
    },
    marks,
  }
}

const SAMPLES_MAX = 120

const thinned = (samples: MemorySample[]): MemorySample[] => {
  const every = Math.ceil(samples.length / SAMPLES_MAX)
  return samples.filter((_, at) => at % every === 0)
}

const tenths = (value: number) => Math.round(value * 10) / 10
const mebibytes = (bytes: number): number => tenths(bytes / 2 ** 20)
