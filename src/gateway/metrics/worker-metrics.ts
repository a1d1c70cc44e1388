// What a process that records orders counts.

import type { Registry } from 'prom-client'
import type { Decisions } from '../../flows/orders/count-decisions.ts'
import { instruments } from './instruments.ts'

export const workerMetrics = (registry: Registry) => {
  const { children, counter, gauge, seconds } = instruments(registry)
  const orders = children(
    { name: 'orders_total', help: 'orders by what the ledger decided', label: 'decision' },
    ['recorded', 'rejected'],
  )
  const clickToRecorded = seconds('click_to_recorded_seconds', 'from the reservation to the ledger')
  const promisesBroken = counter('promises_broken_total', 'must stay 0')
  const deadLetters = counter(
    'dead_letters_total',
    'messages set aside, as they cannot be recorded',
  )
  const stoppedPartitions = gauge(
    'queue_partitions_stopped',
    'that wait at a message of a version this process does not know; must stay 0',
  )
  return {
    decided(decisions: Decisions) {
      orders.recorded.inc(decisions.recorded)
      orders.rejected.inc(decisions.rejected)
      promisesBroken.inc(decisions.promisesBroken)
      for (const ms of decisions.clickToRecordedMs) clickToRecorded.observe(ms / 1000)
    },
    buried: (messages: number) => deadLetters.inc(messages),
    stopped: (partitions: number) => stoppedPartitions.set(partitions),
  }
}
