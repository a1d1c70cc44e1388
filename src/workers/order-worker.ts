// Takes batches of orders off the queue and records them, one batch of a lane at a time. A batch that
// failed is delivered again; the flow recognises what it has done. Each lane of the queue has a loop of
// its own: one whose database is down waits, and keeps no other waiting.

import { decisionCounter, type Decisions } from '../flows/orders/count-decisions.ts'
import { recordDelivery } from '../flows/orders/record.ts'
import type { Delivery, StoppedPartition } from '../ports/order-queue.ts'
import type { Ports } from '../ports/ports.ts'
import { type Loop, type LoopOptions, startLoop } from './loop.ts'

export interface OrderWorkerOptions {
  ports: Pick<Ports, 'catalog' | 'clock' | 'deadLetters' | 'ledger' | 'orders' | 'queue' | 'stock'>
  batchMax: number
  decided: (decisions: Decisions) => void // by the ledger, each once
  buried: (messages: number) => void
  stopped: (partitions: StoppedPartition[]) => void // those that are now, after each batch
  failed: (name: string) => LoopOptions['failed']
}

const NAME = 'order-worker'

export const orderWorker = (options: OrderWorkerOptions): Loop[] => {
  const { lanes } = options.ports.queue
  return lanes
    ? lanes.map((lane) => startLane(options, { name: `${NAME} ${lane}`, lane }))
    : [startLane(options, { name: NAME })]
}

const WAIT_MS = 1000

const startLane = (
  { ports, batchMax, decided, buried, stopped, failed }: OrderWorkerOptions,
  { name, lane }: { name: string; lane?: string },
): Loop => {
  const counter = decisionCounter()
  const tell = (messages: number) => messages > 0 && buried(messages)
  const record = async (delivery: Delivery) => {
    const found = await recordDelivery(ports, delivery, (made) =>
      decided(counter.count(made, { nowMs: ports.clock.nowMs() })),
    )
    counter.delivered()
    tell(found.buried)
  }
  const step = async (signal: AbortSignal) => {
    const delivery = await ports.queue.take({ max: batchMax, waitMs: WAIT_MS, signal, lane })
    stopped(ports.queue.stopped())
    tell(ports.queue.setAside())
    if (delivery !== undefined) await record(delivery)
    return true
  }
  return startLoop({ name, step, idleMs: 0, clock: ports.clock, failed: failed(name) })
}
