// R1, the word. After the queue has acknowledged an order, the sale's epoch is read from the home
// database; only if it is still the epoch of the reservation is the word given. If the epoch read
// *after* the acknowledgement has not moved, the message was on the queue before anyone raised it, so
// the drain of a rebuild will find it. No clock and no waiting is needed.
//
// Orders that arrive while a publish is out share the next publish and the next read. Nobody waits for
// longer than his answer may take: what becomes of his order is then unknown, and goes on without him.

import type { SaleId } from '../domain/ids.ts'
import { EngineError } from '../domain/errors.ts'
import { MESSAGE_VERSION, type OrderMessage } from '../domain/messages.ts'
import { readOrderId } from '../domain/ids.ts'
import type { HeldTerms } from '../domain/stock.ts'
import type { Ports } from '../ports/ports.ts'
import { batcher } from './batcher.ts'

export interface HeldInTransit {
  saleId: SaleId
  epoch: number // of the reservation
  queued: boolean // the engine's commit has already put it on the queue
  held: HeldTerms
}

export type Word = 'given' | 'withheld'

// Rejects when nothing is known: the queue or the home database did not answer, or not in time.
export type GiveWord = (order: HeldInTransit, at: { untilMs: number }) => Promise<Word>

export interface GiveWordDeps extends Pick<Ports, 'clock' | 'ledger' | 'queue'> {
  elapsedMs: () => number // what `untilMs` is by: never put back, never slowed
}

export const giveWord = (
  { elapsedMs, ...ports }: GiveWordDeps,
  { batchMax }: { batchMax: number },
): GiveWord => {
  const decide = (orders: HeldInTransit[]) => publishAndRead(ports, orders)
  // Nobody is refused here: these hold units already, and are as many as the engine lets through.
  const open = { queueMax: Infinity, waitMsMax: Infinity }
  const batch = batcher({ decide, batchMax, callsMax: 1, nowMs: ports.clock.nowMs, ...open })
  const inTime = answersInTime(elapsedMs, ports.clock)
  return (order, { untilMs }) => inTime(batch.add(order)!, untilMs)
}

const LOOK_MS = 100

// One loop for all who wait, while there are any: a timer for each would cost more than his publish.
const answersInTime = (elapsedMs: () => number, clock: Ports['clock']) => {
  const waiting = new Set<{ untilMs: number; reject: (error: Error) => void }>()
  let isLooking = false

  const look = async () => {
    isLooking = true
    while (waiting.size > 0) {
      await clock.pause(LOOK_MS)
      const nowMs = elapsedMs()
      for (const one of waiting) if (nowMs > one.untilMs) one.reject(notInTime())
    }
    isLooking = false
  }

  return <Answer>(answer: Promise<Answer>, untilMs: number): Promise<Answer> => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const one = { untilMs, reject }
    waiting.add(one)
    void answer.then(resolve, reject).finally(() => waiting.delete(one))
    if (!isLooking) void look()
    return promise
  }
}

const notInTime = () =>
  new EngineError('QUEUE_UNREACHABLE', { message: 'the order was not queued in time' })

const publishAndRead = async (
  ports: Pick<Ports, 'ledger' | 'queue'>,
  orders: HeldInTransit[],
): Promise<Word[]> => {
  const unpublished = orders.filter((order) => !order.queued)
  if (unpublished.length > 0) await ports.queue.publish(unpublished.map(messageOf))
  const saleIds = [...new Set(orders.map((order) => order.saleId))]
  const epochs = await ports.ledger.readEpochs(saleIds)
  const epochOf = new Map(saleIds.map((saleId, at) => [saleId, epochs[at]]))
  return orders.map(({ saleId, epoch }) => (epochOf.get(saleId) === epoch ? 'given' : 'withheld'))
}

const messageOf = ({ saleId, epoch, held }: HeldInTransit): OrderMessage => ({
  version: MESSAGE_VERSION,
  orderId: held.orderId,
  saleId,
  buyerId: held.buyerId,
  units: held.units,
  price: held.price,
  currency: held.currency,
  saleVersion: held.saleVersion,
  epoch,
  stockTokens: held.stockTokens,
  reservedAtMs: readOrderId(held.orderId).createdAtMs,
})
