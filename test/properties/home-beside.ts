// A ledger beside the pure model of domain/home.ts: the same answer to every random step, the same books,
// entries and tasks after it, and in every reading total = available + live.

import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import fc from 'fast-check'
import * as model from '../../src/domain/home.ts'
import type { OrderMessage } from '../../src/domain/messages.ts'
import { createSale, type LedgerSetup } from '../contracts/ledger-steps.ts'
import { sampleMessage } from '../contracts/samples.ts'
import { checkProperty } from './replay.ts'

export interface Beside {
  home: LedgerSetup
  runs: number
  stepsMin: number
  stepsMax: number // of a run
  file: string // the test's, to replay it
}

export const ledgerBesideModel = async (context: TestContext, of: Beside): Promise<void> => {
  const { home, stepsMax: maxLength } = of
  let [runs, steps] = [0, 0]
  const lists = fc.array(step, { minLength: 1, maxLength, size: 'max' })
  const property = fc.asyncProperty(fc.nat(25), lists, async (stock, list) => {
    runs += 1
    const saleIds = [
      await createSale(home, { stock: stock + 1 }),
      await createSale(home, { stock: 9 }),
    ]
    const books = new Map([
      [saleIds[0]!, model.homeBook(stock + 1)],
      [saleIds[1]!, model.homeBook(9)],
    ])
    const firstOrder = runs * ORDERS * 2
    const world: World = { home, saleIds, books, firstOrder, messages: new Map() }
    for (const one of list) {
      await run(world, one)
      await compare(world)
      steps += 1
    }
  })
  await checkProperty(context, property, of)
  context.diagnostic(`${steps} steps`)
  assert(steps >= of.stepsMin)
}

const SALES = 2
const ORDERS = 30 // order ids a run draws from, so that messages come again

const sale = fc.nat(SALES - 1)
const order = fc.integer({ min: 1, max: ORDERS })

// A message is the same whenever it comes again: all of it follows from its number.
const decide = fc.record({ do: fc.constant('decide'), orders: fc.array(order, { maxLength: 8 }) })
const reason = fc.constantFrom('cancelled', 'expired', 'refunded')
const release = fc.record({
  do: fc.constant('release'),
  orders: fc.array(fc.record({ order, reason }), { maxLength: 3 }),
})
const restock = fc.record({
  do: fc.constant('restock'),
  sale,
  units: fc.integer({ min: 1, max: 3 }),
})
const raise = fc.record({ do: fc.constant('raise'), sale, off: fc.constantFrom(0, 0, 0, -1, 1) })
const seal = fc.record({ do: fc.constant('seal'), sale, off: fc.constantFrom(0, 0, 0, -1, 1) })
const finish = fc.record({ do: fc.constant('finish'), orders: fc.array(order, { maxLength: 4 }) })

const step = fc.oneof(
  { weight: 8, arbitrary: decide },
  { weight: 5, arbitrary: release },
  { weight: 1, arbitrary: restock },
  { weight: 1, arbitrary: raise },
  { weight: 1, arbitrary: seal },
  { weight: 2, arbitrary: finish },
)

type Step = typeof step extends fc.Arbitrary<infer One> ? One : never
type StepOf<Name> = Extract<Step, { do: Name }>

interface World {
  home: LedgerSetup
  saleIds: string[]
  books: Map<string, model.HomeBook>
  firstOrder: number
  messages: Map<number, OrderMessage> // as first sent
}

const bookOf = (world: World, at: number) => {
  const saleId = world.saleIds[at]!
  return { saleId, book: world.books.get(saleId)! }
}

const orderIdOf = (world: World, number: number) => String(world.firstOrder + number)

// Reserved in the epoch of its time; every fifth one an epoch late.
const messageOf = (world: World, number: number): OrderMessage => {
  const known = world.messages.get(number)
  if (known) return { ...known }
  const { saleId, book } = bookOf(world, number % SALES)
  const message = sampleMessage({
    saleId,
    buyerId: String(1 + (number % 7)),
    orderId: orderIdOf(world, number),
    units: 1 + (number % 3),
    stockTokens: number % 4 === 0 ? ['a', 'b'] : [],
    epoch: Math.max(0, book.epoch - (number % 5 === 0 ? 1 : 0)),
  })
  world.messages.set(number, message)
  return { ...message }
}

const compareIds = (a: string, b: string) => Number(BigInt(a) - BigInt(b))

// A batch that does not fit is decided one by one, in order-id order.
const runDecide = async (world: World, { orders }: StepOf<'decide'>) => {
  const messages = orders.map((number) => messageOf(world, number))
  const isNew = new Set(messages.map(({ orderId }) => orderId))
  for (const { book } of world.saleIds.map((_, at) => bookOf(world, at)))
    for (const orderId of book.ledger.keys()) isNew.delete(orderId)
  const decisions = new Map<string, { decision: string; brokenPromise: boolean }>()
  for (const message of messages.toSorted((a, b) => compareIds(a.orderId, b.orderId))) {
    const book = world.books.get(message.saleId)!
    const before = book.promisesBroken
    const decision = model.decide(book, message)
    const brokenPromise = book.promisesBroken > before
    if (!decisions.has(message.orderId)) decisions.set(message.orderId, { decision, brokenPromise })
  }
  const expected = messages.map((message) => {
    const first = isNew.delete(message.orderId)
    const { decision, brokenPromise } = decisions.get(message.orderId)!
    return { message, decision, isNew: first, brokenPromise: first && brokenPromise }
  })
  assert.deepEqual(await world.home.ledger.decide(messages), expected)
}

const runRelease = async (world: World, step: StepOf<'release'>) => {
  const orders = step.orders.map((one) => ({
    orderId: orderIdOf(world, one.order),
    reason: one.reason,
  }))
  const expected = step.orders.map((one) => {
    const { book } = bookOf(world, one.order % SALES)
    return model.releaseHome(book, orderIdOf(world, one.order), one.reason)
  })
  assert.deepEqual(await world.home.ledger.release(orders), expected)
}

const runRestock = async (world: World, { sale: at, units }: StepOf<'restock'>) => {
  const { saleId, book } = bookOf(world, at)
  model.restockHome(book, units)
  await world.home.ledger.restock({ saleId, units, by: 'test', reason: 'test' })
}

const runRaise = async (world: World, { sale: at, off }: StepOf<'raise'>) => {
  const { saleId, book } = bookOf(world, at)
  const from = book.epoch + off
  const expected = model.raiseEpoch(book, from)
  assert.equal(await world.home.ledger.raiseEpoch({ saleId, from }), expected)
}

const runSeal = async (world: World, { sale: at, off }: StepOf<'seal'>) => {
  const { saleId, book } = bookOf(world, at)
  const epoch = book.epoch + off
  const live = model.seal(book, epoch)?.toSorted((a, b) => compareIds(a.orderId, b.orderId))
  const sealed = await world.home.ledger.seal({ saleId, epoch })
  assert.deepEqual(sealed?.live, live)
  if (sealed === undefined) return
  assert.equal(sealed.total, book.total)
  assert.equal(sealed.copy.restocked, book.restocked)
}

const runFinish = async (world: World, step: StepOf<'finish'>) => {
  for (const number of step.orders)
    bookOf(world, number % SALES).book.tasks.delete(orderIdOf(world, number))
  await world.home.ledger.finishTasks(step.orders.map((number) => orderIdOf(world, number)))
}

const run = (world: World, one: Step): Promise<void> => {
  switch (one.do) {
    case 'decide':
      return runDecide(world, one)
    case 'release':
      return runRelease(world, one)
    case 'restock':
      return runRestock(world, one)
    case 'raise':
      return runRaise(world, one)
    case 'seal':
      return runSeal(world, one)
    case 'finish':
      return runFinish(world, one)
  }
}

const compare = async ({ home, saleIds, books }: World) => {
  const epochs = saleIds.map((saleId) => books.get(saleId)!.epoch)
  assert.deepEqual(await home.ledger.readEpochs(saleIds), epochs)
  await Promise.all(saleIds.map((saleId) => compareBooks(home, saleId, books.get(saleId)!)))
}

const compareBooks = async (home: LedgerSetup, saleId: string, book: model.HomeBook) => {
  const reading = await home.ledger.readBooks(saleId)
  assert.deepEqual(reading, readingOf(book))
  assert.equal(reading?.total, reading!.available + reading!.live)
  await compareOrders(home, saleId, book)
}

const compareOrders = async ({ ledger }: LedgerSetup, saleId: string, book: model.HomeBook) => {
  const orderIds = [...book.ledger.keys()]
  const entries = [...book.ledger].map(([orderId, { buyerId, decision, released }]) => {
    return [orderId, { saleId, buyerId, decision, released: released !== undefined }] as const
  })
  assert.deepEqual(await ledger.readEntries(orderIds), new Map(entries))
  const tasks = [...book.tasks].map(([orderId, buyerId]) => {
    return { orderId, saleId, buyerId, epoch: book.epoch }
  })
  const found = await ledger.readTasksOf(orderIds)
  assert.deepEqual(found.toSorted(byOrderId), tasks.toSorted(byOrderId))
}

const byOrderId = (a: { orderId: string }, b: { orderId: string }) =>
  compareIds(a.orderId, b.orderId)

const readingOf = (book: model.HomeBook) => {
  const entries = [...book.ledger.values()]
  const unitsOf = (is: (entry: model.LedgerEntry) => boolean) =>
    entries.filter(is).reduce((sum, { units }) => sum + units, 0)
  const live = entries.filter(({ decision, released }) => decision === 'recorded' && !released)
  const buyers = live.map(({ buyerId }) => buyerId)
  const twice = buyers.filter((buyerId, at) => buyers.indexOf(buyerId) !== at)
  return {
    total: book.total,
    available: book.available,
    live: live.reduce((sum, { units }) => sum + units, 0),
    released: unitsOf(({ released }) => released !== undefined),
    rejected: unitsOf(({ decision }) => decision === 'rejected'),
    duplicateBuyers: new Set(twice).size,
    epoch: book.epoch,
  }
}
