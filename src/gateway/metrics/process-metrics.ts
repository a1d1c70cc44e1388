// What every process shows, whatever its role: which program it is, whether it works, what it uses, and
// what it has given back.

import { readdir } from 'node:fs/promises'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client'
import type { ReleaseReason } from '../../domain/order.ts'
import { build } from '../build.ts'
import { instruments } from './instruments.ts'

export type SpansCounted = (of: { result: 'sent' | 'dropped'; spans: number }) => void

export const processMetrics = (registry: Registry, { version }: { version: string }) => {
  const { asked, children, counter, gauge } = instruments(registry)
  for (const metric of ofNode()) registry.registerMetric(metric)
  gauge('build_info', 'which program this is', ['version', 'commit', 'node']).set(
    { version, commit: build(), node: process.version },
    1,
  )
  watchEventLoop(registry)
  const failures = counter('loop_failures_total', 'steps of a loop that failed', ['loop'])
  const released = children<ReleaseReason>(
    { name: 'orders_released_total', help: 'orders whose units go back', label: 'reason' },
    ['cancelled', 'expired', 'refunded'],
  )
  const spans = children(
    { name: 'trace_spans_total', help: 'parts of traces, by what became of them', label: 'result' },
    ['sent', 'dropped'],
  )
  const up = gauge('dependency_up', 'whether it answered when it was asked last', ['dependency'])
  return {
    connected: (dependency: string, isUp: boolean) => up.set({ dependency }, isUp ? 1 : 0),
    failed: (loop: string) => failures.inc({ loop }),
    released: (of: { reason: ReleaseReason; orders: number }) => released[of.reason].inc(of.orders),
    spans: ((of) => spans[of.result].inc(of.spans)) satisfies SpansCounted as SpansCounted,
    watchReady(unready: () => string[]) {
      asked({ name: 'ready', help: 'whether this process does its work' }, (ready) =>
        ready.set(unready().length === 0 ? 1 : 0),
      )
    },
  }
}

const watchEventLoop = (registry: Registry) => {
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  const of = { name: 'event_loop_delay_seconds', help: '99th percentile since the last look' }
  instruments(registry).asked(of, (seen) => {
    seen.set(delay.percentile(99) / 1e9)
    delay.reset()
  })
}

// Of a gateway with ten thousand connections each of these keeps everybody waiting when somebody looks:
// they list all that is open, and the first for a tenth of a second.
const TOO_SLOW = /^(process_open_fds$|nodejs_active_)/

let found: Metric[] | undefined

// They are about the process: however many engines a test runs in it, there is one of each.
const ofNode = (): Metric[] => {
  if (found) return found
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const quick = registry.getMetricsAsArray().filter(({ name }) => !TOO_SLOW.test(name))
  found = [...(quick as unknown as Metric[]), openFiles()]
  return found
}

const OPEN_FILES = '/proc/self/fd'

// Listed beside the event loop. Only Linux has such a folder.
const openFiles = (): Metric => {
  const open: Gauge = new Gauge({
    name: 'process_open_fds',
    help: 'files and connections that are open',
    registers: [],
    async collect() {
      open.remove()
      const names = await readdir(OPEN_FILES).catch(() => undefined)
      if (names) open.set(names.length - 1) // that of the list itself
    },
  })
  return open
}
