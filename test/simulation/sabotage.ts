// Every rule of the protocol taken out alone, and a few plain mistakes: what the simulation must find,
// or it proves nothing when it finds nothing. Nothing of src is changed; a port or a decision is.

import { EngineError } from '../../src/domain/errors.ts'
import type { HomeBook } from '../../src/domain/home.ts'
import * as segments from '../../src/domain/stock.ts'
import type { Ledger } from '../../src/ports/ledger.ts'
import type { OrderQueue } from '../../src/ports/order-queue.ts'
import type { SalePorts } from '../../src/ports/ports.ts'
import type { Stock } from '../../src/ports/stock.ts'
import type { Sabotage } from './world.ts'

// R1: the epoch is not read again after the queue has acknowledged; the word is always given.
const wordWithoutEpoch: Sabotage = {
  ports: (ports, role) => {
    if (role !== 'gateway') return ports
    let reserved: number | undefined
    const queue: OrderQueue = {
      ...ports.queue,
      publish: (messages) => {
        reserved = messages.at(-1)!.epoch
        return ports.queue.publish(messages)
      },
    }
    const readEpochs: Ledger['readEpochs'] = async (saleIds) =>
      reserved === undefined ? ports.ledger.readEpochs(saleIds) : saleIds.map(() => reserved)
    return { ...ports, queue, ledger: { ...ports.ledger, readEpochs } }
  },
}

// R1, half: the epoch is read, but before the queue has acknowledged.
const epochReadTooEarly: Sabotage = {
  ports: (ports, role) => {
    if (role !== 'gateway') return ports
    let early: Promise<(number | undefined)[]> | undefined
    const queue: OrderQueue = {
      ...ports.queue,
      publish: async (messages) => {
        early = ports.ledger.readEpochs(messages.map((message) => message.saleId))
        early.catch(() => undefined)
        await ports.queue.publish(messages)
      },
    }
    const readEpochs: Ledger['readEpochs'] = (saleIds) => early ?? ports.ledger.readEpochs(saleIds)
    return { ...ports, queue, ledger: { ...ports.ledger, readEpochs } }
  },
}

// R2: what gives units goes to the engine first and to the home database second.
const engineFirst: Sabotage = {
  ports: (ports) => {
    const tell = async (orderIds: string[]) => {
      const stored = await ports.orders.read(orderIds)
      const [epoch] = await ports.ledger.readEpochs(['1'])
      const orders = stored.flatMap((order) => (order ? [{ ...order, epoch: epoch! }] : []))
      const answers = await ports.stock.release(orders)
      if (answers.includes('rebuilding')) throw new EngineError('STOCK_UNREACHABLE')
    }
    const release: Ledger['release'] = async (orders) => {
      const orderIds = orders.map(({ orderId }) => orderId)
      await tell(orderIds)
      const released = await ports.ledger.release(orders)
      await ports.ledger.finishTasks(orderIds)
      return released
    }
    return { ...ports, ledger: { ...ports.ledger, release } }
  },
}

// Orders of epochs that a rebuild has closed are still recorded.
const sealThatClosesNothing: Sabotage = {
  homeRules: {
    seal: (home: HomeBook, epoch: number) => {
      if (home.epoch !== epoch) return undefined
      return [...home.ledger]
        .filter(([, entry]) => entry.decision === 'recorded' && !entry.released)
        .map(([orderId, entry]) => ({ ...entry, orderId }))
    },
  },
}

// A worker that does not go on before the engine has taken the mark away.
const recordUntilAnswered: Sabotage = {
  ports: (ports) => {
    const take: OrderQueue['take'] = async (at) => {
      const delivery = await ports.queue.take(at)
      if (delivery === undefined) return undefined
      const commit = async () => {
        while ((await ports.stock.record(delivery.messages)).includes('rebuilding'))
          await ports.clock.pause(20)
        await delivery.commit()
      }
      return { messages: delivery.messages, commit }
    }
    return { ...ports, queue: { ...ports.queue, take } }
  },
}

// A release that gives back whatever the buyer holds by now.
const releaseOfAnyOrder: Sabotage = {
  segmentRules: {
    release: (segment, at) => {
      const held = segment.buyers.get(at.buyerId)
      return segments.release(segment, { ...at, orderId: held?.orderId ?? at.orderId })
    },
  },
}

// Units that come back and may be sold at once, while somebody still remembers "sold out".
const releaseWithoutRest: Sabotage = {
  segmentRules: {
    release: (segment, at) => {
      const answer = segments.release(segment, at)
      for (const back of segment.returning) back.sellableAtMs = at.nowMs
      return answer
    },
  },
}

// A release that the engine executes in whatever epoch it is.
const releaseInAnyEpoch: Sabotage = {
  segmentRules: {
    release: (segment, at) => segments.release(segment, { ...at, epoch: segment.epoch }),
  },
}

// An engine that opens without counting what was loaded.
const openWithoutCounting: Sabotage = {
  segmentRules: {
    open: (segment, opening, nowMs) =>
      segments.open(segment, { ...opening, buyers: segment.buyers.size }, nowMs),
  },
}

// A task that is removed before the engine has answered.
const taskRemovedEarly: Sabotage = {
  ports: (ports) => ({ ...ports, ledger: withTasksRemovedEarly(ports.ledger) }),
}

const withTasksRemovedEarly = (ledger: Ledger): Ledger => {
  const removed = async (reading: ReturnType<Ledger['readTasks']>) => {
    const tasks = await reading
    await ledger.finishTasks(tasks.map(({ orderId }) => orderId))
    return tasks
  }
  return {
    ...ledger,
    readTasks: (at) => removed(ledger.readTasks(at)),
    readTasksOf: (orderIds) => removed(ledger.readTasksOf(orderIds)),
  }
}

// A task that is removed whatever the engine has answered.
const taskRemovedUnheard: Sabotage = {
  ports: (ports) => {
    const release: Stock['release'] = async (orders) =>
      (await ports.stock.release(orders)).map(() => 'not-held')
    return { ...ports, stock: { ...ports.stock, release } }
  },
}

// A rebuild that does not wait for the queue.
const rebuildWithoutDrain: Sabotage = {
  ports: (ports: SalePorts) => ({ ...ports, queue: { ...ports.queue, drained: async () => true } }),
}

// An order that is still in transit is answered without being published again.
const noRepublish: Sabotage = {
  segmentRules: {
    reserve: (segment, attempts, nowMs) =>
      segments
        .reserve(segment, attempts, nowMs)
        .map((one) => (one.answer === 'already-reserved' ? { ...one, inTransit: false } : one)),
  },
}

// Units of a restock are added each time the row arrives.
const restockCountedTwice: Sabotage = {
  segmentRules: {
    apply: (segment, at) => {
      const before = segment.copy!
      if (at.copy.restocked > 0) segment.copy = { ...before, version: -1, restocked: 0 }
      return segments.apply(segment, at)
    },
  },
}

export const SABOTAGES = {
  wordWithoutEpoch,
  epochReadTooEarly,
  engineFirst,
  sealThatClosesNothing,
  recordUntilAnswered,
  releaseOfAnyOrder,
  releaseInAnyEpoch,
  releaseWithoutRest,
  openWithoutCounting,
  taskRemovedEarly,
  taskRemovedUnheard,
  rebuildWithoutDrain,
  noRepublish,
  restockCountedTwice,
}

export type SabotageName = keyof typeof SABOTAGES
