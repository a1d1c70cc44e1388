// Traces of a few attempts and of every rebuild, where SECKILL_TRACES_URL says who collects them. They are
// kept in memory for a second and sent from there: nothing waits for a collector, and what it does not
// take is dropped and counted.

import { performance } from 'node:perf_hooks'
import { startLoop } from '../workers/loop.ts'
import { logFailures, type Role, type RoleOptions } from './role.ts'
import type { Traces } from './traced.ts'
import { type Flushed, spanExporter } from './wire.ts'

interface TracesRole extends Role {
  traces: Traces | undefined // undefined: nobody collects any
}

const FLUSH_EVERY_MS = 1000
const LAST_FLUSH_MS = 1000
const LOGGED_EVERY_MS = 60_000

export const startTraces = (options: RoleOptions, of: Record<string, string>): TracesRole => {
  const { config, metrics, ports } = options
  const { SECKILL_TRACES_URL: url, SECKILL_TRACES_SAMPLE: share } = config
  if (url === '') return { traces: undefined, unready: () => [], stop: async () => undefined }
  const exporter = spanExporter({ url, resource: of })
  const stopping = new AbortController()
  const told = onceAMinute(options)
  const offset = () => ports.clock.nowMs() - performance.now()
  let offsetMs = offset()
  const flush = async () => {
    offsetMs = offset()
    const flushed = await exporter.flush(stopping.signal)
    metrics.spans({ result: 'sent', spans: flushed.sent })
    metrics.spans({ result: 'dropped', spans: flushed.dropped })
    told(flushed)
    return false
  }
  const loop = startLoop({
    name: 'traces',
    idleMs: FLUSH_EVERY_MS,
    clock: ports.clock,
    failed: logFailures(options, 'traces'),
    step: flush,
  })
  return {
    traces: {
      share,
      atHand: new Set(),
      nowMs: () => performance.now() + offsetMs,
      add: exporter.add,
    },
    unready: () => [], // nothing hangs on it
    async stop() {
      const late = setTimeout(() => stopping.abort(), LAST_FLUSH_MS)
      await loop.stop()
      await flush()
      clearTimeout(late)
    },
  }
}

const onceAMinute = ({ log }: RoleOptions) => {
  let loggedMs = -Infinity
  return ({ dropped, failure }: Flushed) => {
    if (dropped === 0 || performance.now() < loggedMs + LOGGED_EVERY_MS) return
    loggedMs = performance.now()
    log.warn({ spans: dropped, failure: failure ?? 'too many at once' }, 'traces were dropped')
  }
}
