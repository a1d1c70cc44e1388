// What a process that speaks to buyers counts. Attempts come too often for anything but plain numbers,
// which are copied when somebody looks.

import type { Server } from 'node:http'
import { promisify } from 'node:util'
import { Counter, type Registry } from 'prom-client'
import type { Losable } from '../../attempt/shedding.ts'
import { OUTCOMES, type OutcomeName } from '../../domain/attempt.ts'
import { type Breakers, noOutcomes } from '../../domain/figures.ts'
import { instruments } from './instruments.ts'

// What the rules against abuse have done, by their names.
export interface AbuseCounts {
  blocked: (rule: string) => void
  skipped: (rule: string) => void
  suspected: (of: { rule: string; buyers: number }) => void
}

export const gatewayMetrics = (registry: Registry) => {
  const { children, counter, seconds } = instruments(registry)
  const counts = copied(registry)
  const took = seconds('attempt_seconds', 'from the request to its answer')
  const failed = counter('attempts_failed_total', 'attempts that a bug has answered')
  const undecided = counter('undecided_attempts_total', 'attempts of which nothing is known')
  const shed = children<Losable>(
    { name: 'shed_total', help: 'requests refused because the process was behind', label: 'what' },
    ['entrances', 'decisions', 'attempts'],
  )
  return {
    attempted(outcome: OutcomeName, tookMs: number) {
      counts.outcomes[outcome] += 1
      took.observe(tookMs / 1000)
    },
    asked: (attempts: number) => void (counts.asked += attempts),
    attemptFailed: () => failed.inc(),
    undecided: () => undecided.inc(),
    shed: (what: Losable) => shed[what].inc(),
    abuse: abuseCounts(registry),
    watchConnections: (server: Server) => watchConnections(registry, server),
    ...watchedBreakers(registry),
  }
}

const copied = (registry: Registry) => {
  const counts = { outcomes: noOutcomes(), asked: 0 }
  const own = { registers: [registry] }
  const attempts: Counter = new Counter({
    name: 'seckill_attempts_total',
    help: 'attempts by outcome',
    labelNames: ['outcome'],
    ...own,
    collect() {
      attempts.reset()
      for (const outcome of OUTCOMES) attempts.inc({ outcome }, counts.outcomes[outcome])
    },
  })
  const asked: Counter = new Counter({
    name: 'seckill_engine_attempts_total',
    help: 'attempts that the stock engine was asked about',
    ...own,
    collect() {
      asked.reset()
      asked.inc(counts.asked)
    },
  })
  return counts
}

const abuseCounts = (registry: Registry): AbuseCounts => {
  const { counter } = instruments(registry)
  const byRule = (name: string, help: string) => counter(name, help, ['rule'])
  const blocks = byRule('automatic_blocks_total', 'buyers and addresses that a rule has blocked')
  const skipped = byRule(
    'automatic_blocks_skipped_total',
    'that a rule has found, and that were too many at once or for the list',
  )
  const suspects = byRule('suspected_buyers_total', 'buyers that a rule has made suspect')
  return {
    blocked: (rule) => blocks.inc({ rule }),
    skipped: (rule) => skipped.inc({ rule }),
    suspected: ({ rule, buyers }) => suspects.inc({ rule }, buyers),
  }
}

const watchConnections = (registry: Registry, server: Server) => {
  const { asked, counter } = instruments(registry)
  const dropped = counter(
    'connections_dropped_total',
    'connections closed at once, because there were as many as there may be',
  )
  server.on('drop', () => dropped.inc())
  const count = promisify(server.getConnections.bind(server))
  asked({ name: 'connections', help: 'open to this process' }, async (open) =>
    open.set(await count()),
  )
}

// None are open where there are none.
const watchedBreakers = (registry: Registry) => {
  let openBreakers = (): Breakers => ({ stock: 0, promise: 0 })
  return {
    watchBreakers(open: Record<keyof Breakers, () => number>) {
      watchBreakers(registry, open)
      openBreakers = () => ({ stock: open.stock(), promise: open.promise() })
    },
    openBreakers: () => openBreakers(),
  }
}

const watchBreakers = (registry: Registry, open: Record<string, () => number>) => {
  const { asked } = instruments(registry)
  const help =
    'segments of the engine, or the way to the promise (queue and home), that are left alone'
  asked({ name: 'breakers_open', help, labelNames: ['around'] }, (gauge) => {
    for (const [around, count] of Object.entries(open)) gauge.set({ around }, count())
  })
}
