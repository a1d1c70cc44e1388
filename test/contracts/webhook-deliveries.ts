// The part of the webhooks' contract that is about deliveries.

import assert from 'node:assert/strict'
import type { WebhookEvent } from '../../src/domain/webhook-event.ts'
import type {
  DeliveryAttempt,
  DeliverySelection,
  DueDelivery,
  EndpointId,
} from '../../src/ports/webhooks.ts'
import type { Claims } from './contract.ts'
import { AT_MS, ID_MAX, orderIdOf, sampleEvent, sampleProduct, sampleSale } from './samples.ts'
import { createdEndpoint } from './webhook-endpoints.ts'
import type { WebhooksSetup } from './webhooks.ts'

const ONE = orderIdOf('1')
const OTHER = orderIdOf('2')
const LEASE_MS = 100
const OPERATOR = { by: 'test', reason: 'it was down' }

const enqueue = (
  { webhooks }: WebhooksSetup,
  orderId: string,
  of: (Partial<WebhookEvent> & { eventId: string })[],
) => webhooks.enqueue({ events: of.map((set) => sampleEvent(orderId, set)), nowMs: AT_MS })

const take = ({ webhooks }: WebhooksSetup, endpointId: EndpointId, nowMs = AT_MS, limit = 9) =>
  webhooks.takeDue({ endpointId, nowMs, leaseMs: LEASE_MS, limit })

const note = (
  { webhooks }: WebhooksSetup,
  { deliveryId, attempt }: Pick<DueDelivery, 'deliveryId' | 'attempt'>,
  becomes: DeliveryAttempt['becomes'],
  atMs = AT_MS + 1,
) => {
  const failure = becomes.status === 'delivered' ? undefined : 'answered 500'
  const httpStatus = becomes.status === 'delivered' ? 200 : 500
  return webhooks.noteAttempt({
    deliveryId,
    attempt,
    atMs,
    answer: { httpStatus, failure },
    becomes,
  })
}

const DELIVERED = { status: 'delivered' } as const
const GIVEN_UP = { status: 'given-up' } as const
const again = (nextAttemptAtMs: number) => ({ status: 'open', nextAttemptAtMs }) as const

const eventsOf = (deliveries: { eventId: string }[]) => deliveries.map(({ eventId }) => eventId)

const all = ({ webhooks }: WebhooksSetup, of: DeliverySelection = { by: 'all' }) =>
  webhooks.listDeliveries({ of, limit: 99 })

const queueClaims: Claims<WebhooksSetup> = {
  'an event is due once at every enabled endpoint that wants it': async (setup) => {
    const paid = await createdEndpoint(setup, { types: ['order.paid', 'sale.opened'] })
    const both = await createdEndpoint(setup, { types: ['order.pending', 'order.paid'] })
    const disabled = await createdEndpoint(setup, { enabled: false })
    const payload = '{"type":"order.paid","data":"😀 \\" \\\\ \'"}'
    const events = [{ eventId: 'a', type: 'order.pending' } as const, { eventId: 'b', payload }]
    await enqueue(setup, ONE, events.slice(0, 1))
    await enqueue(setup, OTHER, events)
    await enqueue(setup, OTHER, events.slice(1))
    assert.deepEqual(eventsOf(await take(setup, both.endpointId)), ['a', 'b'])
    const [due, ...others] = await take(setup, paid.endpointId)
    const { deliveryId, ...delivery } = due!
    const expected = { eventId: 'b', type: 'order.paid', payload, attempt: 1, createdAtMs: AT_MS }
    assert.deepEqual([delivery, others], [expected, []])
    assert.deepEqual(await take(setup, disabled.endpointId), [])
    const found = (await all(setup)).find((one) => one.deliveryId === deliveryId)
    assert.deepEqual(found, {
      deliveryId,
      endpointId: paid.endpointId,
      eventId: 'b',
      type: 'order.paid',
      subject: `order ${OTHER}`,
      payload,
      status: 'open',
      attempts: 1,
      createdAtMs: AT_MS,
      nextAttemptAtMs: AT_MS + LEASE_MS,
      lastAttempt: undefined,
      finishedAtMs: undefined,
    })
  },

  'an event of an order waits until the one before it is delivered or given up': async (setup) => {
    const { endpointId } = await createdEndpoint(setup)
    await enqueue(setup, ONE, [{ eventId: 'a' }, { eventId: 'b' }, { eventId: 'c' }])
    await enqueue(setup, OTHER, [{ eventId: 'x' }])
    const [a, x] = await take(setup, endpointId)
    assert.deepEqual(eventsOf([a!, x!]), ['a', 'x'])
    await note(setup, a!, again(AT_MS + 10))
    assert.deepEqual(await take(setup, endpointId, AT_MS + 9), [])
    const [second] = await take(setup, endpointId, AT_MS + 10)
    assert.deepEqual([second?.eventId, second?.attempt], ['a', 2])
    await note(setup, second!, DELIVERED, AT_MS + 11)
    const [b, ...none] = await take(setup, endpointId, AT_MS + 11)
    assert.deepEqual([b?.eventId, none], ['b', []])
    await note(setup, b!, GIVEN_UP, AT_MS + 12)
    await enqueue(setup, ONE, [{ eventId: 'd' }])
    assert.deepEqual(eventsOf(await take(setup, endpointId, AT_MS + 12)), ['c'])
  },

  'an event that comes after all others of its order are over is due at once': async (setup) => {
    const { endpointId } = await createdEndpoint(setup)
    await enqueue(setup, ONE, [{ eventId: 'a' }])
    const [a] = await take(setup, endpointId)
    await note(setup, a!, DELIVERED)
    await enqueue(setup, ONE, [{ eventId: 'a' }, { eventId: 'b' }])
    assert.deepEqual(eventsOf(await take(setup, endpointId)), ['b'])
  },

  'what is taken and not noted is due again after its lease': async (setup) => {
    const { endpointId } = await createdEndpoint(setup)
    await enqueue(setup, ONE, [{ eventId: 'a' }])
    const [first] = await take(setup, endpointId)
    assert.deepEqual(await take(setup, endpointId, AT_MS + LEASE_MS - 1), [])
    const [second] = await take(setup, endpointId, AT_MS + LEASE_MS)
    assert.deepEqual([first?.attempt, second?.attempt], [1, 2])
    assert.equal(await note(setup, first!, GIVEN_UP), false)
    assert.equal((await all(setup))[0]?.status, 'open', 'somebody else has it')
    assert.equal(await note(setup, second!, DELIVERED), true)
    assert.equal(await note(setup, second!, GIVEN_UP), false)
    assert.equal((await all(setup))[0]?.status, 'delivered')
  },

  'two who take at once never take one delivery twice': async (setup) => {
    const { endpointId } = await createdEndpoint(setup)
    const orders = Array.from({ length: 20 }, (_, n) => orderIdOf(String(n + 1)))
    for (const orderId of orders) await enqueue(setup, orderId, [{ eventId: orderId }])
    const both = await Promise.all([1, 2].map(() => take(setup, endpointId, AT_MS, 15)))
    const taken = [...both.flat(), ...(await take(setup, endpointId, AT_MS, 20))]
    assert.deepEqual(eventsOf(taken).toSorted(), orders.toSorted())
  },

  'two who enqueue the same at once make one delivery of it': async (setup) => {
    const { endpointId } = await createdEndpoint(setup)
    const events = ['a', 'b', 'c'].map((eventId) => ({ eventId }))
    await Promise.all([1, 2].map(() => enqueue(setup, ONE, events)))
    const seen = []
    for (;;) {
      const due = await take(setup, endpointId)
      if (due.length === 0) break
      seen.push(...eventsOf(due))
      for (const one of due) await note(setup, one, DELIVERED, AT_MS)
    }
    assert.deepEqual(seen, ['a', 'b', 'c'])
  },

  'one that ends while the next is enqueued leaves none behind': async (setup) => {
    const { endpointId } = await createdEndpoint(setup)
    for (let n = 0; n < 10; n += 1) {
      await enqueue(setup, ONE, [{ eventId: `first ${n}` }])
      const [first] = await take(setup, endpointId)
      await Promise.all([
        enqueue(setup, ONE, [{ eventId: `next ${n}` }]),
        note(setup, first!, DELIVERED, AT_MS),
      ])
      const [next] = await take(setup, endpointId)
      assert.equal(next?.eventId, `next ${n}`)
      await note(setup, next!, DELIVERED, AT_MS)
    }
  },

  'a sale has each event once per round, wanted or not': async (setup) => {
    const { catalog, webhooks } = setup
    const { productId } = await catalog.createProduct(sampleProduct, 'test')
    const { saleId } = await catalog.createSale(sampleSale({ productId }), 'test')
    const tell = (eventId: string, round: number) => {
      const event = {
        eventId,
        type: 'sale.sold-out',
        subject: `sale ${saleId}`,
        payload: '{}',
      } as const
      const of = { saleId, saleEvent: 'sold-out', round, event, nowMs: AT_MS } as const
      return webhooks.noteSaleEvent(of)
    }
    assert.deepEqual([await tell('a', 0), await tell('a', 0)], [true, false])
    const { endpointId } = await createdEndpoint(setup)
    assert.equal(await tell('b', 0), false, 'nobody hears of what was noted before')
    assert.deepEqual([await tell('c', 5), await tell('c', 5)], [true, false])
    assert.deepEqual(eventsOf(await take(setup, endpointId)), ['c'])
  },
}

const lookClaims: Claims<WebhooksSetup> = {
  'what came of a delivery can be seen': async (setup) => {
    const { endpointId } = await createdEndpoint(setup)
    await enqueue(setup, ONE, [{ eventId: 'a' }])
    const [a] = await take(setup, endpointId)
    await note(setup, a!, again(AT_MS + 50), AT_MS + 3)
    const [open] = await all(setup)
    assert.deepEqual(open?.lastAttempt, {
      atMs: AT_MS + 3,
      httpStatus: 500,
      failure: 'answered 500',
    })
    assert.deepEqual([open?.attempts, open?.nextAttemptAtMs], [1, AT_MS + 50])
    assert.equal((await setup.webhooks.readEndpoint(endpointId))?.lastDeliveredAtMs, undefined)
    const [second] = await take(setup, endpointId, AT_MS + 50)
    await note(setup, second!, DELIVERED, AT_MS + 51)
    const [done] = await all(setup)
    assert.deepEqual(done?.lastAttempt, { atMs: AT_MS + 51, httpStatus: 200, failure: undefined })
    const end = [done?.status, done?.attempts, done?.nextAttemptAtMs, done?.finishedAtMs]
    assert.deepEqual(end, ['delivered', 2, undefined, AT_MS + 51])
    assert.equal((await setup.webhooks.readEndpoint(endpointId))?.lastDeliveredAtMs, AT_MS + 51)
  },

  'deliveries are listed newest first, page by page': async (setup) => {
    const { endpointId } = await createdEndpoint(setup)
    const other = await createdEndpoint(setup, { types: ['order.expired'] })
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    for (const eventId of ids) await enqueue(setup, eventId < 'd' ? ONE : OTHER, [{ eventId }])
    await enqueue(setup, OTHER, [{ eventId: 'h', type: 'order.expired' }])
    for (const one of await take(setup, endpointId)) await note(setup, one, GIVEN_UP)
    const pages = async (of: DeliverySelection) => {
      const found: string[] = []
      let before: string | undefined
      for (;;) {
        const page = await setup.webhooks.listDeliveries({ of, before, limit: 2 })
        found.push(...eventsOf(page))
        if (page.length < 2) return found.join('')
        before = page.at(-1)!.deliveryId
      }
    }
    assert.equal((await pages({ by: 'all' })).slice(2), 'gfedcba')
    assert.equal(await pages({ by: 'endpoint', endpointId }), 'hgfedcba')
    assert.equal(await pages({ by: 'endpoint', endpointId, status: 'given-up' }), 'da')
    assert.equal(await pages({ by: 'endpoint', endpointId: other.endpointId }), 'h')
    assert.equal(await pages({ by: 'endpoint', endpointId, status: 'delivered' }), '')
    assert.equal(await pages({ by: 'subject', subject: `order ${ONE}` }), 'cba')
    assert.equal(await pages({ by: 'subject', subject: `order ${orderIdOf('3')}` }), '')
  },

  'the longest due delivery shows how late all are': async (setup) => {
    const { webhooks } = setup
    const { endpointId } = await createdEndpoint(setup)
    assert.equal(await webhooks.oldestDueAtMs({ nowMs: AT_MS }), undefined)
    await enqueue(setup, ONE, [{ eventId: 'a' }, { eventId: 'b' }])
    assert.equal(await webhooks.oldestDueAtMs({ nowMs: AT_MS - 1 }), undefined)
    assert.equal(await webhooks.oldestDueAtMs({ nowMs: AT_MS + 9 }), AT_MS)
    await take(setup, endpointId)
    assert.equal(await webhooks.oldestDueAtMs({ nowMs: AT_MS + 9 }), undefined)
    const lateMs = AT_MS + LEASE_MS
    assert.equal(await webhooks.oldestDueAtMs({ nowMs: lateMs }), lateMs)
    const off = { endpointId, versions: 'any', set: { enabled: false }, nowMs: AT_MS } as const
    await webhooks.changeEndpoint({ ...off, ...OPERATOR })
    assert.equal(await webhooks.oldestDueAtMs({ nowMs: lateMs }), undefined)
  },
}

const replay = ({ webhooks }: WebhooksSetup, deliveryId: string, nowMs = AT_MS + 70) =>
  webhooks.replay({ deliveryId, nowMs, ...OPERATOR })

const againClaims: Claims<WebhooksSetup> = {
  'one that is over is sent again from the first try on, and logged': async (setup) => {
    const { endpointId } = await createdEndpoint(setup)
    await enqueue(setup, ONE, [{ eventId: 'a' }])
    const [a] = await take(setup, endpointId)
    await note(setup, a!, GIVEN_UP)
    const replayed = await replay(setup, a!.deliveryId)
    assert(typeof replayed === 'object')
    const { status, attempts, nextAttemptAtMs, finishedAtMs, lastAttempt } = replayed
    assert.deepEqual(
      [status, attempts, nextAttemptAtMs, finishedAtMs, lastAttempt?.httpStatus],
      ['open', 0, AT_MS + 70, undefined, 500],
    )
    const [due] = await take(setup, endpointId, AT_MS + 70)
    assert.deepEqual(due, a)
    const [entry] = await setup.auditLog.list({ limit: 1 })
    const { by, change, subject, reason } = entry!
    const expected = ['test', 'replay-delivery', `delivery ${a!.deliveryId}`, 'it was down']
    assert.deepEqual([by, change, subject, reason], expected)
    assert.equal(await replay(setup, ID_MAX), 'no-such-delivery')
  },

  'one that waits for its next try is tried at once, one that waits for its turn keeps waiting':
    async (setup) => {
      const { endpointId } = await createdEndpoint(setup)
      await enqueue(setup, ONE, [{ eventId: 'a' }, { eventId: 'b' }])
      const [a] = await take(setup, endpointId)
      await note(setup, a!, again(AT_MS + 5000))
      const [b] = await all(setup)
      await replay(setup, b!.deliveryId)
      assert.deepEqual(await take(setup, endpointId, AT_MS + 70), [])
      await replay(setup, a!.deliveryId)
      assert.deepEqual(eventsOf(await take(setup, endpointId, AT_MS + 70)), ['a'])
    },

  'a replay beside an open one of its order lets no later one pass': async (setup) => {
    const { endpointId } = await createdEndpoint(setup)
    await enqueue(setup, ONE, [{ eventId: 'a' }, { eventId: 'b' }, { eventId: 'c' }])
    const [a] = await take(setup, endpointId)
    await note(setup, a!, DELIVERED)
    const [b] = await take(setup, endpointId, AT_MS + 1)
    await note(setup, b!, again(AT_MS + 5000))
    await replay(setup, a!.deliveryId)
    const [once] = await take(setup, endpointId, AT_MS + 70)
    await note(setup, once!, DELIVERED, AT_MS + 71)
    assert.deepEqual(await take(setup, endpointId, AT_MS + 71), [])
    assert.deepEqual(eventsOf(await take(setup, endpointId, AT_MS + 5000)), ['b'])
  },

  'a disabled endpoint is sent nothing, and all that is open at once when it is enabled': async (
    setup,
  ) => {
    const { webhooks } = setup
    const { endpointId } = await createdEndpoint(setup)
    const enable = (enabled: boolean, nowMs: number) => {
      const of = { endpointId, versions: 'any', set: { enabled }, nowMs } as const
      return webhooks.changeEndpoint({ ...of, ...OPERATOR })
    }
    await enqueue(setup, ONE, [{ eventId: 'a' }, { eventId: 'b' }])
    await enqueue(setup, OTHER, [{ eventId: 'x' }])
    const [a] = await take(setup, endpointId)
    await note(setup, a!, again(AT_MS + 5000))
    await enable(false, AT_MS + 5)
    await enqueue(setup, OTHER, [{ eventId: 'never' }])
    assert.deepEqual(await take(setup, endpointId, AT_MS + 9999), [])
    assert.equal(await replay(setup, a!.deliveryId), 'endpoint-disabled')
    await enable(true, AT_MS + 10)
    const due = await take(setup, endpointId, AT_MS + 10)
    assert.deepEqual(due.map(({ eventId, attempt }) => `${eventId} ${attempt}`).toSorted(), [
      'a 1',
      'x 1',
    ])
  },

  'an endpoint with another address is tried there at once': async (setup) => {
    const { endpointId } = await createdEndpoint(setup)
    await enqueue(setup, ONE, [{ eventId: 'a' }])
    const [a] = await take(setup, endpointId)
    await note(setup, a!, again(AT_MS + 5000))
    const set = { url: 'https://shop.example/moved' }
    const of = { endpointId, versions: 'any', set, nowMs: AT_MS + 10 } as const
    await setup.webhooks.changeEndpoint({ ...of, ...OPERATOR })
    assert.deepEqual(eventsOf(await take(setup, endpointId, AT_MS + 10)), ['a'])
  },
}

export const deliveryClaims: Claims<WebhooksSetup> = {
  ...queueClaims,
  ...lookClaims,
  ...againClaims,
}
