// What becomes of webhooks that do not arrive, and of what happens while nobody tells.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noteSaleEvents, type ToldSaleEvents } from '../../src/flows/webhooks/note-sale-events.ts'
import { relayChanges } from '../../src/flows/webhooks/relay-changes.ts'
import { RETRY_WAITS_MS, retryWaitMs } from '../../src/flows/webhooks/retries.ts'
import { sendDelivery } from '../../src/flows/webhooks/send-delivery.ts'
import type { Sale } from '../../src/domain/sale.ts'
import type { SegmentReading } from '../../src/domain/stock.ts'
import type { WebhookAnswer, WebhookTransport } from '../../src/ports/webhook-transport.ts'
import { makeSqlite, type Sqlite } from '../adapters/sqlite-setup.ts'
import {
  AT_MS,
  orderIdOf,
  sampleCopy,
  sampleEndpoint,
  sampleEvent,
  sampleOrder,
  sampleProduct,
  sampleSale,
} from '../contracts/samples.ts'

const FAILED: WebhookAnswer = { result: 'failed', httpStatus: 500, failure: 'answered 500' }
const DELIVERED: WebhookAnswer = { result: 'delivered', httpStatus: 204 }

const answering = (answer: WebhookAnswer): WebhookTransport => ({
  refusal: () => undefined,
  newSecret: () => 'whsec_new',
  send: async () => answer,
})

const endpointOf = async ({ webhooks }: Sqlite) => {
  const endpoint = await webhooks.createEndpoint(sampleEndpoint())
  assert(endpoint !== 'full')
  return endpoint.endpointId
}

// One try of what is due now, if anything is.
const tryOnce = async (sqlite: Sqlite, answer: WebhookAnswer, chance = 0) => {
  const nowMs = sqlite.clock.nowMs()
  const [sender] = await sqlite.webhooks.listSenders({ nowMs })
  if (sender === undefined) return 'disabled'
  const at = { endpointId: sender.endpointId, nowMs, leaseMs: 60_000, limit: 1 }
  const [due] = await sqlite.webhooks.takeDue(at)
  if (due === undefined) return 'nothing is due'
  const ports = { ...sqlite, webhookTransport: answering(answer) }
  const { signal } = new AbortController()
  return sendDelivery(ports, { due, sender, signal }, () => chance)
}

test('a delivery is tried ten times over three days, each wait up to a fifth longer', () => {
  const waits = (chance: number) => RETRY_WAITS_MS.map((_, at) => retryWaitMs(at + 1, { chance })!)
  const days = (all: number[]) => all.reduce((sum, ms) => sum + ms, 0) / 86_400_000
  assert(days(waits(0)) > 3 && days(waits(1)) < 4)
  assert.equal(retryWaitMs(1, { chance: 0 }), 5000)
  assert.equal(retryWaitMs(1, { chance: 1 }), 6000)
  assert.equal(retryWaitMs(10, { chance: 0 }), undefined)
})

test('a receiver that asks for more time has it, up to a day', () => {
  assert.equal(retryWaitMs(1, { retryAfterMs: 60_000, chance: 0 }), 60_000)
  assert.equal(retryWaitMs(2, { retryAfterMs: 1000, chance: 0 }), 300_000)
  assert.equal(retryWaitMs(1, { retryAfterMs: 9e9, chance: 0 }), 86_400_000)
})

test('an endpoint to which nothing could be delivered for days is disabled, and the log says why', async () => {
  await using sqlite = await makeSqlite()
  const endpointId = await endpointOf(sqlite)
  await sqlite.webhooks.enqueue({
    events: [sampleEvent(orderIdOf('1'), { eventId: 'a' })],
    nowMs: sqlite.clock.nowMs(),
  })
  for (const waitMs of RETRY_WAITS_MS) {
    assert.deepEqual(await tryOnce(sqlite, FAILED), { result: 'failed' })
    await sqlite.time.pass(waitMs - 1)
    assert.equal(await tryOnce(sqlite, FAILED), 'nothing is due')
    await sqlite.time.pass(1)
  }
  const disabledBecause = 'nothing could be delivered for days'
  assert.deepEqual(await tryOnce(sqlite, FAILED), { result: 'given-up', disabledBecause })
  const endpoint = await sqlite.webhooks.readEndpoint(endpointId)
  assert.deepEqual([endpoint?.enabled, endpoint?.disabledBecause], [false, disabledBecause])
  const [entry] = await sqlite.auditLog.list({ limit: 1 })
  assert.deepEqual([entry?.by, entry?.reason], ['webhook-sender', disabledBecause])
})

test('an endpoint that takes other events stays enabled, whatever it does not take', async () => {
  await using sqlite = await makeSqlite()
  const endpointId = await endpointOf(sqlite)
  const enqueue = (buyerId: string) =>
    sqlite.webhooks.enqueue({
      events: [sampleEvent(orderIdOf(buyerId), { eventId: buyerId })],
      nowMs: sqlite.clock.nowMs(),
    })
  await enqueue('1')
  for (const waitMs of RETRY_WAITS_MS) {
    await tryOnce(sqlite, FAILED)
    await sqlite.time.pass(1)
    await enqueue(`2${waitMs}`)
    assert.deepEqual(await tryOnce(sqlite, DELIVERED), { result: 'delivered' })
    await sqlite.time.pass(waitMs)
  }
  assert.deepEqual(await tryOnce(sqlite, FAILED), {
    result: 'given-up',
    disabledBecause: undefined,
  })
  assert.equal((await sqlite.webhooks.readEndpoint(endpointId))?.enabled, true)
})

test('a relay that dies after making deliveries makes no second ones', async () => {
  await using sqlite = await makeSqlite()
  const endpointId = await endpointOf(sqlite)
  const { orderChanges } = sqlite
  await sqlite.orders.insert([sampleOrder({ buyerId: '1' }), sampleOrder({ buyerId: '2' })])
  const dying = { ...orderChanges, finish: () => Promise.reject(new Error('killed')) }
  await assert.rejects(relayChanges({ ...sqlite, orderChanges: dying }, { limit: 9 }), /killed/)
  assert.deepEqual(await relayChanges(sqlite, { limit: 9 }), { changes: 2 })
  assert.deepEqual(await relayChanges(sqlite, { limit: 9 }), { changes: 0 })
  const of = { by: 'endpoint', endpointId } as const
  const made = await sqlite.webhooks.listDeliveries({ of, limit: 9 })
  assert.deepEqual(
    made.map(({ type }) => type),
    ['order.pending', 'order.pending'],
  )
  for (const { eventId } of made) assert.match(eventId, /^order-\d+-pending-\d+$/)
})

test('changes that nobody wants, and those of forgotten orders, go without a word', async () => {
  await using sqlite = await makeSqlite()
  const types = ['order.paid' as const]
  await sqlite.webhooks.createEndpoint(sampleEndpoint({ types }))
  await sqlite.orders.insert([
    sampleOrder({ buyerId: '1' }),
    sampleOrder({ buyerId: '2', status: 'paid' }),
  ])
  await sqlite.database.write(() => sqlite.database.change('delete from orders')())
  assert.deepEqual(await relayChanges(sqlite, { limit: 9 }), { changes: 2 })
  assert.deepEqual(await sqlite.webhooks.listDeliveries({ of: { by: 'all' }, limit: 9 }), [])
})

interface Watched {
  look(nowMs: number, set?: Partial<Sale>): Promise<void>
  told(): Promise<string[]> // the oldest first
  stock: { left: number; state: SegmentReading['state']; outTo: number[] }
  restocked: number
}

// A sale of an hour, as a keeper sees it that has seen nothing yet.
const watched = async (sqlite: Sqlite, told: ToldSaleEvents = new Map()): Promise<Watched> => {
  await endpointOf(sqlite)
  const { productId } = await sqlite.catalog.createProduct(sampleProduct, 'test')
  const { saleId } = await sqlite.catalog.createSale(sampleSale({ productId }), 'test')
  const sale = (await sqlite.catalog.readSale(saleId))!
  const seen = { stock: { left: 5, state: 'open' as const, outTo: [] }, restocked: 0 }
  const readings = async () => {
    const { left, ...others } = watching.stock
    return [{ available: left, returning: 0, ...others }] as unknown as SegmentReading[]
  }
  const copies = async () => {
    const copy = { ...sampleCopy(AT_MS), restocked: watching.restocked }
    return [{ copy, epoch: 1 }] as never
  }
  const watching: Watched = {
    ...seen,
    look: (nowMs, set = {}) => {
      const ports = {
        clock: { ...sqlite.clock, nowMs: () => nowMs },
        ledger: { ...sqlite.ledger, readCopies: copies },
        stock: { ...sqlite.stock, read: readings },
        webhooks: sqlite.webhooks,
      }
      return noteSaleEvents(ports, { ...sale, ...set }, told)
    },
    async told() {
      const all = await sqlite.webhooks.listDeliveries({ of: { by: 'all' }, limit: 99 })
      return all.map(({ eventId }) => eventId.replace(`sale-${saleId}-`, '')).toReversed()
    },
  }
  return watching
}

test('a sale opens, sells out and closes once, whoever looks again', async () => {
  await using sqlite = await makeSqlite()
  const sale = await watched(sqlite)
  const { startsAtMs, endsAtMs } = sampleSale({ productId: '1' })
  await sale.look(startsAtMs - 1)
  assert.deepEqual(await sale.told(), [])
  await sale.look(startsAtMs)
  await sale.look(startsAtMs + 1)
  sale.stock.left = 0
  await sale.look(startsAtMs + 2)
  sale.stock.left = 1
  await sale.look(startsAtMs + 3)
  sale.stock.left = 0
  await sale.look(startsAtMs + 4)
  assert.deepEqual(await sale.told(), ['opened-0', 'sold-out-0'])
  sale.restocked = 7
  await sale.look(startsAtMs + 5)
  await sale.look(endsAtMs)
  await sale.look(endsAtMs + 1)
  assert.deepEqual(await sale.told(), ['opened-0', 'sold-out-0', 'sold-out-7', 'closed-0'])
})

test('a sale that is paused is not open, and an engine that is rebuilt is not empty', async () => {
  await using sqlite = await makeSqlite()
  const sale = await watched(sqlite)
  const { startsAtMs } = sampleSale({ productId: '1' })
  await sale.look(startsAtMs, { paused: true })
  assert.deepEqual(await sale.told(), [])
  sale.stock.left = 0
  sale.stock.state = 'loading'
  await sale.look(startsAtMs + 1)
  sale.stock.state = 'open'
  sale.stock.outTo = [2]
  await sale.look(startsAtMs + 2)
  assert.deepEqual(await sale.told(), ['opened-0'])
})

test('what one keeper has told another does not tell', async () => {
  await using sqlite = await makeSqlite()
  const told: ToldSaleEvents = new Map()
  const sale = await watched(sqlite, told)
  const { startsAtMs } = sampleSale({ productId: '1' })
  await sale.look(startsAtMs)
  told.clear()
  await sale.look(startsAtMs + 1)
  assert.deepEqual(await sale.told(), ['opened-0'])
})
