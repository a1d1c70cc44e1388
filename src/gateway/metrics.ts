// What Prometheus reads, in seconds and units. Attempts are counted in plain numbers and copied when
// somebody looks; no buyer and no order is ever a label.

import type { Server } from 'node:http'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { Counter, Gauge, Registry } from 'prom-client'
import type { Losable } from '../attempt/shedding.ts'
import { OUTCOMES, type OutcomeName } from '../domain/attempt.ts'
import type { Breakers } from '../domain/figures.ts'
import type { Forgotten } from '../flows/operators/forget-old.ts'
import type { Decisions } from '../flows/orders/count-decisions.ts'
import type { ReconciledBooks } from '../flows/stock/reconcile.ts'
import type { DeliverySent } from '../flows/webhooks/send-delivery.ts'
import type { QueueLag } from '../ports/order-queue.ts'
import type { Ports } from '../ports/ports.ts'
import { plainHistogram } from './histogram.ts'
import { type Rates, rates } from './rates.ts'

const LATENCY_BUCKETS = [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5]

export interface Metrics {
  registry: Registry
  rates: Rates // the same, second by second
  attempted: (outcome: OutcomeName, tookMs: number) => void
  undecided: () => void // an attempt: nobody knows what became of it
  decided: (decisions: Decisions) => void
  buried: (messages: number) => void // of the order queue
  stopped: (partitions: number) => void // of the order queue
  expired: (orders: number) => void
  tasksOpen: (tasks: number) => void
  swept: (of: { saleId: string; oldestAgeMs: number }) => void
  reconciled: (saleId: string, books: ReconciledBooks) => void
  rebuilt: (tookMs: number) => void
  forgotten: (forgotten: Forgotten) => void
  webhookSent: (result: DeliverySent['result']) => void
  webhooksLate: (ms: number) => void
  failed: (loop: string) => void
  shed: (what: Losable) => void
  abuse: AbuseCounts
  watchConnections: (server: Server) => void
  watchBreakers: (open: Record<keyof Breakers, () => number>) => void
  openBreakers: () => Breakers
}

// What the rules against abuse have done, by their names.
export interface AbuseCounts {
  blocked: (rule: string) => void
  skipped: (rule: string) => void
  suspected: (of: { rule: string; buyers: number }) => void
}

export const metrics = (ports: Pick<Ports, 'queue' | 'clock'>): Metrics => {
  const registry = new Registry()
  const counts = attemptCounts(registry)
  const perSecond = rates()
  const seen = instruments(registry)
  watchQueue(registry, ports)
  watchEventLoop(registry)
  return {
    registry,
    rates: perSecond,
    attempted(outcome, tookMs) {
      counts[outcome] += 1
      perSecond.attempted(outcome, tookMs)
      seen.attempt.observe(tookMs / 1000)
    },
    undecided: () => seen.undecided.inc(),
    decided(decisions) {
      perSecond.recorded(decisions.recorded)
      seen.orders.inc({ decision: 'recorded' }, decisions.recorded)
      seen.orders.inc({ decision: 'rejected' }, decisions.rejected)
      seen.promisesBroken.inc(decisions.promisesBroken)
      for (const ms of decisions.clickToRecordedMs) seen.clickToRecorded.observe(ms / 1000)
    },
    buried: (messages) => seen.deadLetters.inc(messages),
    stopped: (partitions) => seen.stoppedPartitions.set(partitions),
    expired: (orders) => seen.expired.inc(orders),
    tasksOpen: (tasks) => seen.openTasks.set(tasks),
    swept: ({ saleId, oldestAgeMs }) => seen.inTransit.set({ sale: saleId }, oldestAgeMs / 1000),
    reconciled(saleId, books) {
      const { available, returning, held, inTransit, live } = books
      for (const [where, units] of Object.entries({ available, returning, held, inTransit, live }))
        seen.stock.set({ sale: saleId, where }, units)
      seen.drift.set({ sale: saleId }, books.drift ?? 0)
      seen.oversold.set({ sale: saleId }, books.oversold)
    },
    rebuilt: (tookMs) => seen.rebuilds.observe(tookMs / 1000),
    forgotten(rows) {
      for (const [kind, count] of Object.entries(rows)) seen.forgotten.inc({ kind }, count)
    },
    webhookSent: (result) => seen.webhookAttempts.inc({ result }),
    webhooksLate: (ms) => seen.webhooksLate.set(ms / 1000),
    failed: (loop) => seen.failures.inc({ loop }),
    shed: (what) => seen.shed.inc({ what }),
    abuse: abuseCounts(registry),
    watchConnections: (server) => watchConnections(registry, server),
    ...watchedBreakers(registry),
  }
}

const instruments = (registry: Registry) => {
  const own = { registers: [registry] }
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `seckill_${name}`, help, labelNames, ...own })
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `seckill_${name}`, help, labelNames, ...own })
  const seconds = (name: string, help: string) =>
    plainHistogram(registry, { name: `seckill_${name}`, help, buckets: LATENCY_BUCKETS })
  return {
    attempt: seconds('attempt_seconds', 'from the request to its answer'),
    undecided: counter('undecided_attempts_total', 'attempts of which nothing is known'),
    clickToRecorded: seconds('click_to_recorded_seconds', 'from the reservation to the ledger'),
    rebuilds: seconds('rebuild_seconds', 'how long sales were closed by rebuilds'),
    orders: counter('orders_total', 'orders by what the ledger decided', ['decision']),
    expired: counter('orders_expired_total', 'orders that were not paid in time'),
    promisesBroken: counter('promises_broken_total', 'must stay 0'),
    forgotten: counter('forgotten_total', 'rows that were no longer needed, by kind', ['kind']),
    deadLetters: counter('dead_letters_total', 'messages set aside, as they cannot be recorded'),
    stoppedPartitions: gauge(
      'queue_partitions_stopped',
      'that wait at a message of a version this process does not know; must stay 0',
    ),
    webhookAttempts: counter('webhook_attempts_total', 'tries of a webhook, by result', ['result']),
    webhooksLate: gauge('webhooks_oldest_due_seconds', 'how long the longest due one has been due'),
    failures: counter('loop_failures_total', 'steps of a loop that failed', ['loop']),
    shed: counter('shed_total', 'requests refused because the process was behind', ['what']),
    openTasks: gauge('tasks_open', 'releases the engine has still to be told of'),
    inTransit: gauge('in_transit_oldest_seconds', 'age of the oldest mark', ['sale']),
    stock: gauge('stock_units', 'units of a sale by where they are', ['sale', 'where']),
    drift: gauge('drift_orders', 'orders on which the books disagree', ['sale']),
    oversold: gauge('oversold_units', 'must stay 0', ['sale']),
  }
}

const abuseCounts = (registry: Registry): AbuseCounts => {
  const counter = (name: string, help: string) =>
    new Counter({ name: `seckill_${name}`, help, labelNames: ['rule'], registers: [registry] })
  const blocks = counter('automatic_blocks_total', 'buyers and addresses that a rule has blocked')
  const skipped = counter(
    'automatic_blocks_skipped_total',
    'that a rule has found, and that were too many at once or for the list',
  )
  const suspects = counter('suspected_buyers_total', 'buyers that a rule has made suspect')
  return {
    blocked: (rule) => blocks.inc({ rule }),
    skipped: (rule) => skipped.inc({ rule }),
    suspected: ({ rule, buyers }) => suspects.inc({ rule }, buyers),
  }
}

const attemptCounts = (registry: Registry): Record<OutcomeName, number> => {
  const entries = OUTCOMES.map((outcome) => [outcome, 0] as const)
  const counts = Object.fromEntries(entries) as Record<OutcomeName, number>
  const attempts = new Counter({
    name: 'seckill_attempts_total',
    help: 'attempts by outcome',
    labelNames: ['outcome'],
    registers: [registry],
    collect() {
      attempts.reset()
      for (const outcome of OUTCOMES) attempts.inc({ outcome }, counts[outcome])
    },
  })
  return counts
}

// Where the queue does not answer there is rather no number than an old one, and all others are there.
const watchQueue = (registry: Registry, { queue, clock }: Pick<Ports, 'queue' | 'clock'>) => {
  let lag: Promise<QueueLag | undefined>
  const messages = new Gauge({
    name: 'seckill_queue_lag_messages',
    help: 'orders on the queue that no worker has committed',
    registers: [registry],
    async collect() {
      lag = queue.lag().catch(() => undefined)
      const found = await lag
      if (found) messages.set(found.messages)
      else messages.remove()
    },
  })
  const age = new Gauge({
    name: 'seckill_queue_oldest_seconds',
    help: 'age of the oldest of them',
    registers: [registry],
    async collect() {
      const found = await lag // they are collected in this order
      const { oldestAtMs = clock.nowMs() } = found ?? {}
      if (found) age.set((clock.nowMs() - oldestAtMs) / 1000)
      else age.remove()
    },
  })
}

const watchConnections = (registry: Registry, server: Server) => {
  const dropped = new Counter({
    name: 'seckill_connections_dropped_total',
    help: 'connections closed at once, because there were as many as there may be',
    registers: [registry],
  })
  server.on('drop', () => dropped.inc())
  const count = promisify(server.getConnections.bind(server))
  const open = new Gauge({
    name: 'seckill_connections',
    help: 'open to this process',
    registers: [registry],
    async collect() {
      open.set(await count())
    },
  })
}

// None are open where there are none.
const watchedBreakers = (registry: Registry): Pick<Metrics, 'watchBreakers' | 'openBreakers'> => {
  let openBreakers = (): Breakers => ({ stock: 0, promise: 0 })
  return {
    watchBreakers(open) {
      watchBreakers(registry, open)
      openBreakers = () => ({ stock: open.stock(), promise: open.promise() })
    },
    openBreakers: () => openBreakers(),
  }
}

const watchBreakers = (registry: Registry, open: Record<string, () => number>) => {
  const gauge = new Gauge({
    name: 'seckill_breakers_open',
    help: 'segments of the engine, or the way to the promise (queue and home), that are left alone',
    labelNames: ['around'],
    registers: [registry],
    collect() {
      for (const [around, count] of Object.entries(open)) gauge.set({ around }, count())
    },
  })
}

const watchEventLoop = (registry: Registry) => {
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  const seen = new Gauge({
    name: 'seckill_event_loop_delay_seconds',
    help: '99th percentile since the last look',
    registers: [registry],
    collect() {
      seen.set(delay.percentile(99) / 1e9)
      delay.reset()
    },
  })
}
