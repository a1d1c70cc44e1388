// What goes on in this process, read anew at most once a second however many ask.

import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { EventLoopDelay, ProcessFigures } from '../domain/figures.ts'
import type { Clock } from '../ports/clock.ts'
import type { Metrics } from './metrics.ts'

export interface ProcessFiguresDeps extends Pick<ProcessFigures, 'process' | 'role' | 'version'> {
  clock: Pick<Clock, 'nowMs'>
  metrics: Pick<Metrics, 'rates' | 'openBreakers'>
}

const FRESH_MS = 1000

export const processFigures = (deps: ProcessFiguresDeps): (() => ProcessFigures) => {
  const { clock, metrics, process, role, version } = deps
  const startedAtMs = clock.nowMs()
  const delay = eventLoopDelay()
  let latest: { figures: ProcessFigures; atMs: number } | undefined

  const read = (nowMs: number): ProcessFigures => ({
    process,
    role,
    version,
    uptimeSeconds: Math.max(0, Math.floor((nowMs - startedAtMs) / 1000)),
    ...metrics.rates.read(),
    eventLoopDelay: delay(),
    breakers: metrics.openBreakers(),
  })

  return () => {
    const nowMs = clock.nowMs()
    if (latest === undefined || nowMs >= latest.atMs + FRESH_MS || nowMs < latest.atMs)
      latest = { figures: read(nowMs), atMs: nowMs }
    return latest.figures
  }
}

// Since it was asked last.
const eventLoopDelay = (): (() => EventLoopDelay) => {
  const seen = monitorEventLoopDelay({ resolution: 10 })
  seen.enable()
  return () => {
    const delay = { p99Ms: seen.percentile(99) / 1e6, maxMs: seen.max / 1e6 }
    seen.reset()
    return delay
  }
}
