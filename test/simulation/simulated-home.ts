// The home database: the pure model of the home book behind the ports of the ledger and the catalog.
// Each call is one transaction. It holds one sale.

import { EngineError } from '../../src/domain/errors.ts'
import * as books from '../../src/domain/home.ts'
import type { OrderId } from '../../src/domain/ids.ts'
import type { OrderMessage } from '../../src/domain/messages.ts'
import { type Sale, saleCopy } from '../../src/domain/sale.ts'
import type { Catalog } from '../../src/ports/catalog.ts'
import type { Decided, HomeReading, Ledger, Task } from '../../src/ports/ledger.ts'
import type { Model } from './remote.ts'

export type HomeRules = Pick<
  typeof books,
  'decide' | 'raiseEpoch' | 'releaseHome' | 'restockHome' | 'seal'
>

export interface Home {
  book: books.HomeBook
  sale: Sale
}

export const simulatedLedger = (home: Home, rules: HomeRules): Model<Ledger> => {
  const { book } = home
  const task = ([orderId, buyerId]: [OrderId, string]): Task => ({
    orderId,
    saleId: home.sale.saleId,
    buyerId,
    epoch: book.epoch,
  })
  return {
    readEpochs: (saleIds) => saleIds.map(() => book.epoch),
    readCopies: (saleIds) => saleIds.map(() => ({ epoch: book.epoch, copy: copyOf(home) })),
    raiseEpoch: ({ from }) => rules.raiseEpoch(book, from),
    seal: ({ epoch }) => {
      const live = rules.seal(book, epoch)
      return live && { copy: copyOf(home), total: book.total, live }
    },
    decide: (messages) => decideAll(book, messages, rules),
    release: (orders) =>
      orders.map(({ orderId, reason }) => rules.releaseHome(book, orderId, reason)),
    restock: ({ units }) => {
      if (home.sale.closedAtMs !== undefined) return false
      rules.restockHome(book, units)
      home.sale = { ...home.sale, version: home.sale.version + 1 }
      return true
    },
    readTasks: ({ after, limit }) =>
      [...book.tasks]
        .filter(([orderId]) => BigInt(orderId) > BigInt(after))
        .sort(([a], [b]) => (BigInt(a) < BigInt(b) ? -1 : 1))
        .slice(0, limit)
        .map(task),
    readTasksOf: (orderIds) => [...book.tasks].filter(([id]) => orderIds.includes(id)).map(task),
    finishTasks: (orderIds) => {
      for (const orderId of orderIds) book.tasks.delete(orderId)
    },
    ...ledgerReadings(home),
  }
}

const copyOf = ({ sale, book }: Home) => saleCopy(sale, book.restocked)

// In order-id order, as the one-by-one decision has it; when all fit, the order does not matter.
const decideAll = (book: books.HomeBook, messages: OrderMessage[], rules: HomeRules): Decided[] => {
  const decided = new Map<OrderId, Decided>()
  for (const message of messages.toSorted((a, b) => (a.orderId < b.orderId ? -1 : 1))) {
    const isNew = !book.ledger.has(message.orderId)
    const brokenBefore = book.promisesBroken
    const decision = rules.decide(book, message)
    const brokenPromise = book.promisesBroken > brokenBefore
    decided.set(message.orderId, { message, decision, isNew, brokenPromise })
  }
  return messages.map(({ orderId }) => decided.get(orderId)!)
}

const ledgerReadings = ({
  book,
  sale: { saleId },
}: Home): Pick<Model<Ledger>, 'readBooks' | 'readEntries' | 'scanLive'> => ({
  readEntries: (orderIds) =>
    new Map(
      orderIds.flatMap((orderId) => {
        const entry = book.ledger.get(orderId)
        if (entry === undefined) return []
        const { buyerId, decision, released } = entry
        return [[orderId, { saleId, buyerId, decision, released: released !== undefined }]]
      }),
    ),
  scanLive: ({ after, limit }) =>
    books
      .liveOf(book)
      .filter(({ orderId }) => BigInt(orderId) > BigInt(after))
      .sort((a, b) => (BigInt(a.orderId) < BigInt(b.orderId) ? -1 : 1))
      .slice(0, limit),
  readBooks: () => readingOf(book),
})

const readingOf = (book: books.HomeBook): HomeReading => {
  const live = books.liveOf(book)
  const entries = [...book.ledger.values()]
  const unitsOf = (rows: { units: number }[]) => rows.reduce((sum, { units }) => sum + units, 0)
  return {
    total: book.total,
    available: book.available,
    live: unitsOf(live),
    released: unitsOf(entries.filter((entry) => entry.released)),
    rejected: unitsOf(entries.filter((entry) => entry.decision === 'rejected')),
    duplicateBuyers: live.length - new Set(live.map(({ buyerId }) => buyerId)).size,
    epoch: book.epoch,
  }
}

const absent = () => {
  throw new EngineError('STORE_UNREACHABLE', { message: 'no operator makes anything here' })
}

export const simulatedCatalog = (home: Home): Model<Catalog> => ({
  createProduct: absent,
  createSale: absent,
  listProducts: absent,
  readProduct: absent,
  editSale: absent,
  deleteSale: absent,
  listDeleted: () => [],
  finishDeleted: absent,
  listSales: () => [home.sale],
  listSalesPage: () => [home.sale],
  listSalesInEngine: () => (home.sale.leftEngineAtMs === undefined ? [home.sale] : []),
  readSale: () => home.sale,
  readTerms: () => ({ sale: home.sale, stock: home.book.total }),
  changeSale: ({ set }) => {
    home.sale = { ...home.sale, ...set, version: home.sale.version + 1 }
    return home.sale
  },
})
