// What happens to order workers: also death between any two of their steps, and one more that comes.

import type { Fault } from '../fault.ts'
import { bothKilled, dies, killed, oneMore, paused, toldToStop } from './processes.ts'

const { shuts: _, ...noWorker } = bothKilled('worker') // the gateways sell meanwhile

export const WORKER_FAULTS: Fault[] = [
  killed('worker'),
  noWorker,
  paused('worker'),
  toldToStop('worker'),
  oneMore('worker'),
  dies('worker', { why: 'between ledger and orders', at: 'ledger.decide', when: 'after' }),
  dies('worker', { why: 'before the offset commit', at: 'orders.insert', when: 'after' }),
]
