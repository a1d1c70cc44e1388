// What a process that looks after sales counts, but for what it knows of each sale.

import type { Registry } from 'prom-client'
import type { Forgotten } from '../../flows/operators/forget-old.ts'
import type { DeliverySent } from '../../flows/webhooks/send-delivery.ts'
import { instruments } from './instruments.ts'

const REBUILD_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 15, 30, 60]

export const keeperMetrics = (registry: Registry) => {
  const { children, counter, seconds } = instruments(registry)
  const expired = counter('orders_expired_total', 'orders that were not paid in time')
  const rebuilds = seconds('rebuild_seconds', 'how long rebuilds of sales took', REBUILD_BUCKETS)
  const forgotten = counter('forgotten_total', 'rows that were no longer needed, by kind', ['kind'])
  const sent = children<DeliverySent['result']>(
    { name: 'webhook_attempts_total', help: 'tries of a webhook, by result', label: 'result' },
    ['delivered', 'failed', 'given-up'],
  )
  const tasksOpen = lately(registry, {
    name: 'tasks_open',
    help: 'releases the engine has still to be told of',
  })
  const webhooksLate = lately(registry, {
    name: 'webhooks_oldest_due_seconds',
    help: 'how long the longest due one has been due',
  })
  return {
    expired: (orders: number) => expired.inc(orders),
    tasksOpen,
    rebuilt: (tookMs: number) => rebuilds.observe(tookMs / 1000),
    forgotten(rows: Forgotten) {
      for (const [kind, count] of Object.entries(rows)) forgotten.inc({ kind }, count)
    },
    webhookSent: (result: DeliverySent['result']) => sent[result].inc(),
    webhooksLate: (ms: number) => webhooksLate(ms / 1000),
  }
}

// Both are told several times a second while all is well.
const LATELY_MS = 60_000

// A number that somebody tells again and again: when he has not for long it is rather not there.
const lately = (registry: Registry, of: { name: string; help: string }) => {
  let told: { value: number; atMs: number } | undefined
  instruments(registry).asked(of, (gauge) => {
    if (told && performance.now() <= told.atMs + LATELY_MS) gauge.set(told.value)
  })
  return (value: number) => void (told = { value, atMs: performance.now() })
}
