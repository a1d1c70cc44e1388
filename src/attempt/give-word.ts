// R1, the word. After the queue has acknowledged an order, the sale's epoch is read from the home
// database; only if it is still the epoch of the reservation is the word given. If the epoch read
// *after* the acknowledgement has not moved, the message was on the queue before anyone raised it, so
// the drain of a rebuild will find it. No clock and no waiting is needed.
//
// Orders that arrive while a publish is out share the next publish and the next read. Nobody waits for
// longer than his answer may take: what becomes of his order is then unknown, and goes on without him.

import type { SaleId } from '../domain/ids.ts'
import { MESSAGE_VERSION, type OrderMessage } from '../domain/messages.ts'
import { readOrderId } from '../domain/ids.ts'
import type { HeldTerms } from '../domain/stock.ts'
import type { Ports } from '../ports/ports.ts'
import { answersInTime } from './answers-in-time.ts'
import { batcher } from './batcher.ts'
import type { Breaker } from './breaker.ts'

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
  breaker: Breaker
  elapsedMs: () => number // what `untilMs` is by: never put back, never slowed
}

interface Asked {
  order: HeldInTransit
  untilMs: number
}

export const giveWord = (
  { breaker, elapsedMs, ...ports }: GiveWordDeps,
  { batchMax }: { batchMax: number },
): GiveWord => {
  // Of those for whom nobody waits any more, the sweep will see to it.
  const decide = async (asked: Asked[]): Promise<Word[]> => {
    const nowMs = elapsedMs()
    const orders = asked.filter(({ untilMs }) => nowMs <= untilMs).map(({ order }) => order)
    if (orders.length === 0) return asked.map(() => 'withheld')
    const words = await breaker.call(orders.length, () => publishAndRead(ports, orders))
    const wordOf = new Map(orders.map((order, at) => [order, words[at]!]))
    return asked.map(({ order }) => wordOf.get(order) ?? 'withheld')
  }
  // Nobody is refused here: these hold units already, and are as many as the engine lets through.
  const open = { queueMax: Infinity, waitMsMax: Infinity }
  const batch = batcher({ decide, batchMax, callsMax: 1, nowMs: ports.clock.nowMs, ...open })
  const inTime = answersInTime({ clock: ports.clock, elapsedMs, failure: NOT_IN_TIME })
  return (order, { untilMs }) => inTime(batch.add({ order, untilMs })!, untilMs)
}

const NOT_IN_TIME = {
  code: 'QUEUE_UNREACHABLE',
  message: 'the order was not queued in time',
} as const

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
