// What Prometheus reads, in seconds and units. Attempts are counted in plain numbers and copied when
// somebody looks; no buyer and no order is ever a label. A process shows what its roles can know and nothing
// else: what the others would count goes to a registry that nobody reads.

import type { Server } from 'node:http'
import { Registry } from 'prom-client'
import type { Losable } from '../attempt/shedding.ts'
import type { OutcomeName } from '../domain/attempt.ts'
import type { Breakers } from '../domain/figures.ts'
import type { ReleaseReason } from '../domain/order.ts'
import type { Forgotten } from '../flows/operators/forget-old.ts'
import type { Decisions } from '../flows/orders/count-decisions.ts'
import type { ReconciledBooks } from '../flows/stock/reconcile.ts'
import type { DeliverySent } from '../flows/webhooks/send-delivery.ts'
import type { Ports } from '../ports/ports.ts'
import { type AbuseCounts, gatewayMetrics } from './metrics/gateway-metrics.ts'
import { keeperMetrics } from './metrics/keeper-metrics.ts'
import { processMetrics, type SpansCounted } from './metrics/process-metrics.ts'
import { watchQueue } from './metrics/queue-metrics.ts'
import { saleMetrics, type WatchedSales } from './metrics/sale-metrics.ts'
import { workerMetrics } from './metrics/worker-metrics.ts'
import { type Rates, rates } from './rates.ts'

export interface Metrics {
  registry: Registry
  rates: Rates // the same, second by second
  // Every role
  connected: (dependency: string, isUp: boolean) => void
  failed: (loop: string) => void
  released: (of: { reason: ReleaseReason; orders: number }) => void
  spans: SpansCounted
  watchReady: (unready: () => string[]) => void
  // The gateway
  attempted: (outcome: OutcomeName, tookMs: number) => void
  attemptFailed: () => void // by a bug
  undecided: () => void // an attempt: nobody knows what became of it
  shed: (what: Losable) => void
  abuse: AbuseCounts
  watchConnections: (server: Server) => void
  watchBreakers: (open: Record<keyof Breakers, () => number>) => void
  openBreakers: () => Breakers
  // The worker
  decided: (decisions: Decisions) => void
  buried: (messages: number) => void // of the order queue
  stopped: (partitions: number) => void // of the order queue
  // The keeper
  expired: (orders: number) => void
  tasksOpen: (tasks: number) => void
  swept: (of: { saleId: string; oldestAtMs: number | undefined }) => void
  reconciled: (saleId: string, books: ReconciledBooks) => void
  rebuilt: (tookMs: number) => void
  forgotten: (forgotten: Forgotten) => void
  webhookSent: (result: DeliverySent['result']) => void
  webhooksLate: (ms: number) => void
  watchSales: (ports: WatchedSales, of: { booksFreshMs: number }) => void
}

type MeteredRole = 'gateway' | 'worker' | 'keeper'

const EVERY_ROLE: readonly MeteredRole[] = ['gateway', 'worker', 'keeper']

// `version` is that of the program.
export const metrics = (
  ports: Pick<Ports, 'queue' | 'clock'>,
  {
    roles = EVERY_ROLE,
    version = 'unknown',
  }: { roles?: readonly MeteredRole[]; version?: string } = {},
): Metrics => {
  const registry = new Registry()
  const unread = new Registry()
  const of = (role: MeteredRole) => (roles.includes(role) ? registry : unread)
  const perSecond = rates()
  const process = processMetrics(registry, { version })
  watchQueue(registry, ports)
  const { attempted, asked, ...gateway } = gatewayMetrics(of('gateway'))
  const { decided, ...worker } = workerMetrics(of('worker'))
  return {
    registry,
    ...process,
    ...gateway,
    ...worker,
    ...keeperMetrics(of('keeper')),
    ...saleMetrics(of('keeper'), ports),
    rates: {
      ...perSecond,
      asked(attempts) {
        perSecond.asked(attempts)
        asked(attempts)
      },
    },
    attempted(outcome, tookMs) {
      perSecond.attempted(outcome, tookMs)
      attempted(outcome, tookMs)
    },
    decided(decisions) {
      perSecond.recorded(decisions.recorded)
      decided(decisions)
    },
  }
}
