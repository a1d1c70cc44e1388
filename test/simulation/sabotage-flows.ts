// Rules of the flows taken out alone, and plain mistakes in them: what goes before what, what is asked again,
// what is waited for. Nothing of src is changed; a port is.

import { EngineError } from '../../src/domain/errors.ts'
import type { HomeBook } from '../../src/domain/home.ts'
import type { Ledger } from '../../src/ports/ledger.ts'
import type { OrderQueue } from '../../src/ports/order-queue.ts'
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
  ports: (ports) => ({ ...ports, queue: { ...ports.queue, drained: async () => true } }),
}

// The queue says yes before it has kept what it was given.
const acknowledgedBeforeKept: Sabotage = {
  ports: (ports, role) => {
    if (role !== 'gateway') return ports
    const publish: OrderQueue['publish'] = async (messages) => {
      void ports.queue.publish(messages).catch(() => undefined)
    }
    return { ...ports, queue: { ...ports.queue, publish } }
  },
}

// A worker that commits what it has taken before it has recorded it.
const committedBeforeRecorded: Sabotage = {
  ports: (ports, role) => {
    if (role !== 'worker') return ports
    const take: OrderQueue['take'] = async (at) => {
      const delivery = await ports.queue.take(at)
      await delivery?.commit()
      return delivery && { messages: delivery.messages, commit: async () => undefined }
    }
    return { ...ports, queue: { ...ports.queue, take } }
  },
}

// P6: a queue that did not answer is taken for one that has refused, and the units go back.
const timeoutGivesBack: Sabotage = {
  ports: (ports, role) => {
    if (role !== 'gateway') return ports
    const publish: OrderQueue['publish'] = async (messages) => {
      try {
        await ports.queue.publish(messages)
      } catch (error) {
        await ports.stock.release(messages)
        throw error
      }
    }
    return { ...ports, queue: { ...ports.queue, publish } }
  },
}

export const FLOW_SABOTAGES = {
  wordWithoutEpoch,
  epochReadTooEarly,
  engineFirst,
  sealThatClosesNothing,
  recordUntilAnswered,
  taskRemovedEarly,
  taskRemovedUnheard,
  rebuildWithoutDrain,
  acknowledgedBeforeKept,
  committedBeforeRecorded,
  timeoutGivesBack,
}
