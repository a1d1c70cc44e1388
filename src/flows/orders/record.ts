// What becomes of a batch of messages: the home ledger decides, then the orders are written, then the
// queue forgets them, then the engine is told. Stopped anywhere, the batch is delivered again and every
// step recognises what it has done.
//
// Telling the engine is best effort: it never delays the worker, the keeper's sweep makes up for it.

import type { OrderMessage } from '../../domain/messages.ts'
import { failureCode } from '../../domain/errors.ts'
import { orderOf } from '../../domain/order.ts'
import type { Decided } from '../../ports/ledger.ts'
import type { Delivery } from '../../ports/order-queue.ts'
import type { Ports } from '../../ports/ports.ts'

type RecordPorts = Pick<Ports, 'catalog' | 'clock' | 'ledger' | 'orders' | 'queue' | 'stock'>

export interface Recorded {
  recorded: number // orders, decided now
  rejected: number
  repeated: number // decided before, delivered again
  buried: number
  promisesBroken: number
  clickToRecordedMs: number[] // per newly recorded order: from the reservation to now
}

export const recordDelivery = async (ports: RecordPorts, delivery: Delivery): Promise<Recorded> => {
  const { decided, buried } = await decideAll(ports, delivery.messages)
  await ports.orders.insert(await ordersOf(ports, decided))
  await delivery.commit()
  await tellEngine(ports, decided).catch(() => undefined)
  return count(decided, { buried, nowMs: ports.clock.nowMs() })
}

// A batch with a message that can never be kept is decided one by one, and that one is buried.
const decideAll = async (ports: RecordPorts, messages: OrderMessage[]) => {
  try {
    return { decided: await ports.ledger.decide(messages), buried: 0 }
  } catch (error) {
    if (failureCode(error) !== 'STORE_CONFLICT') throw error
    if (messages.length === 1) {
      await ports.queue.bury(messages[0]!, String(error))
      return { decided: [], buried: 1 }
    }
  }
  const decided: Decided[] = []
  let buried = 0
  for (const message of messages) {
    const one = await decideAll(ports, [message])
    decided.push(...one.decided)
    buried += one.buried
  }
  return { decided, buried }
}

const ordersOf = async (ports: RecordPorts, decided: Decided[]) => {
  const nowMs = ports.clock.nowMs()
  const saleIds = [...new Set(decided.map(({ message }) => message.saleId))]
  const sales = await Promise.all(saleIds.map((saleId) => ports.catalog.readSale(saleId)))
  // Of a sale that was deleted, nothing is recorded: all its orders are rejected.
  const payWithin = new Map(sales.map((sale, at) => [saleIds[at]!, sale?.payWithinMs ?? 0]))
  return decided.map(({ message, decision }) =>
    orderOf(message, { decision, nowMs, payWithinMs: payWithin.get(message.saleId)! }),
  )
}

const tellEngine = async (ports: RecordPorts, decided: Decided[]) => {
  const recorded = decided.filter(({ decision }) => decision === 'recorded')
  if (recorded.length > 0) await ports.stock.record(recorded.map(({ message }) => message))
}

const count = (decided: Decided[], at: { buried: number; nowMs: number }): Recorded => {
  const fresh = decided.filter((one) => one.isNew)
  const recorded = fresh.filter((one) => one.decision === 'recorded')
  return {
    recorded: recorded.length,
    rejected: fresh.length - recorded.length,
    repeated: decided.length - fresh.length,
    buried: at.buried,
    promisesBroken: decided.filter((one) => one.brokenPromise).length,
    clickToRecordedMs: recorded.map(({ message }) => at.nowMs - message.reservedAtMs),
  }
}
