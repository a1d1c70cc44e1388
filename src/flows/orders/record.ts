// What becomes of a batch of messages: the home ledger decides, then the orders are written, then the
// queue forgets them, then the engine is told. Stopped anywhere, the batch is delivered again and every
// step recognises what it has done.
//
// What breaks a constraint can never be kept, and is set aside with the reason; what fails for any other
// reason fails the batch. Telling the engine is best effort: it never delays the worker, the keeper's
// sweep makes up for it.

import type { OrderMessage } from '../../domain/messages.ts'
import { failureCode } from '../../domain/errors.ts'
import { orderOf } from '../../domain/order.ts'
import type { NewDeadLetter } from '../../ports/dead-letters.ts'
import type { Decided } from '../../ports/ledger.ts'
import type { Delivery } from '../../ports/order-queue.ts'
import type { Ports } from '../../ports/ports.ts'

type RecordPorts = Pick<Ports, 'catalog' | 'clock' | 'deadLetters' | 'ledger' | 'orders' | 'stock'>

// `onDecided` hears of every decision once it is made, whatever becomes of the delivery. Returns how many
// were buried.
export const recordDelivery = async (
  ports: RecordPorts,
  delivery: Delivery,
  onDecided: (decided: Decided[]) => void = () => undefined,
): Promise<{ buried: number }> => {
  const { messages } = delivery
  const decided: Decided[] = []
  const undecided = await keepOrBury(messages, {
    async keep(batch) {
      const made = await ports.ledger.decide(batch)
      onDecided(made)
      decided.push(...made)
    },
    bury: (message, reason) => ports.deadLetters.bury([letterOf(message, reason)]),
  })
  const unwritten = await keepOrBury(await ordersOf(ports, decided), {
    keep: ports.orders.insert,
    bury: ({ orderId }, reason) => {
      const message = messages.find((one) => one.orderId === orderId)!
      return ports.deadLetters.bury([letterOf(message, reason)])
    },
  })
  await delivery.commit()
  await tellEngine(ports, decided)
  return { buried: undecided + unwritten }
}

interface Keeping<Item> {
  keep: (items: Item[]) => Promise<void>
  bury: (item: Item, reason: string) => Promise<void>
}

// How many were buried. A batch with something that can never be kept is kept in halves, and they in
// halves again, until that one is alone: one among a thousand costs some twenty tries.
const keepOrBury = async <Item>(items: Item[], of: Keeping<Item>): Promise<number> => {
  try {
    await of.keep(items)
    return 0
  } catch (error) {
    if (failureCode(error) !== 'STORE_CONFLICT') throw error
    if (items.length === 1) {
      await of.bury(items[0]!, String(error))
      return 1
    }
  }
  const middle = Math.ceil(items.length / 2)
  const first = await keepOrBury(items.slice(0, middle), of)
  return first + (await keepOrBury(items.slice(middle), of))
}

const letterOf = (message: OrderMessage, reason: string): NewDeadLetter => ({
  source: message.orderId,
  orderId: message.orderId,
  message: JSON.stringify(message),
  reason,
})

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

// How long the next batch waits for an engine that is slow to hear of this one.
const TOLD_WITHIN_MS = 100

const tellEngine = async (ports: RecordPorts, decided: Decided[]) => {
  const recorded = decided.filter(({ decision }) => decision === 'recorded')
  if (recorded.length === 0) return
  const told = new AbortController()
  const telling = ports.stock
    .record(recorded.map(({ message }) => message))
    .catch(() => undefined)
    .finally(() => told.abort())
  await Promise.race([telling, ports.clock.pause(TOLD_WITHIN_MS, told.signal)])
}
