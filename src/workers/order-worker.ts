// Takes batches of orders off the queue and records them, one batch at a time. A batch that failed is
// delivered again; the flow recognises what it has done.

import { type Recorded, recordDelivery } from '../flows/orders/record.ts'
import type { Ports } from '../ports/ports.ts'
import { type Loop, type LoopOptions, startLoop } from './loop.ts'

export interface OrderWorkerOptions {
  ports: Pick<Ports, 'catalog' | 'clock' | 'ledger' | 'orders' | 'queue' | 'stock'>
  batchMax: number
  recorded: (batch: Recorded) => void
  failed: LoopOptions['failed']
}

const WAIT_MS = 1000

export const orderWorker = ({ ports, batchMax, recorded, failed }: OrderWorkerOptions): Loop => {
  const step = async (signal: AbortSignal) => {
    const delivery = await ports.queue.take({ max: batchMax, waitMs: WAIT_MS, signal })
    if (delivery !== undefined) recorded(await recordDelivery(ports, delivery))
    return true
  }
  return startLoop({ name: 'order-worker', step, idleMs: 0, clock: ports.clock, failed })
}
