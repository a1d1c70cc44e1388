// Every door of the API with a request that goes through it: what makes each operation of the OpenAPI
// document do its work, freshly made each time. Tests that try all doors find a new one missing here,
// so that no route escapes them.

import { PASSWORD, signIn, signUp } from '../support/accounts.ts'
import { solve } from '../support/challenge.ts'
import { type Json, OPERATOR, saleDraft } from '../support/engine.ts'
import { pay } from '../support/order.ts'
import { signed, webhook } from '../support/provider.ts'
import { sampleMessage } from '../contracts/samples.ts'
import type { World } from './world.ts'

export interface Door {
  path: string
  body?: Json
  headers?: Record<string, string>
  // What opens it, by kind; nothing: anybody may come.
  keys: { session?: string; 'purchase-token'?: string; 'admin-key'?: string }
  saleId?: string // of the attempt or order
  sign?: (raw: string) => { raw: string; headers: Record<string, string> } // where bodies are signed
}

const ADMIN = { 'admin-key': OPERATOR }
const anyone = (path: string, body?: Json): Door => ({ path, body, keys: {} })
const admin = (path: string, body?: Json): Door => ({ path, body, keys: ADMIN })
const inMs = (ms: number) => new Date(Date.now() + ms).toISOString()
const later = () => ({ startsAt: inMs(3_000_000), endsAt: inMs(6_000_000) })
const reason = 'because it is tried'

let names = 0
const newName = () => `somebody ${(names += 1)}`

const adminSale = async ({ engine }: World, end: string, body?: Json): Promise<Door> =>
  admin(`/api/admin/sales/${await engine.sale(later())}${end}`, body)

const ownOrder = async (world: World, end: string, body?: Json): Promise<Door> => {
  const { orderId, saleId, token } = await world.order()
  const keys = { session: world.ann.sessionToken, 'purchase-token': token }
  return { path: `/api/orders/${orderId}${end}`, body, keys, saleId }
}

const newBlock = async ({ engine }: World): Promise<{ blockId: string; buyer: string }> => {
  const buyer = String(5_000_000 + (names += 1))
  return (await engine.operate('/api/admin/blocklist', { buyer, reason })).body
}

const DEAD_LETTER = `
  insert into dead_letters (dead_letter_id, source, order_id, message, reason, at)
  values (?1, ?1, ?1, ?2, ?3, ?4)
`

const newDeadLetter = async ({ write }: World, saleId: string): Promise<string> => {
  const message = sampleMessage({ buyerId: String((names += 1)), saleId, price: 99_900 })
  await write(DEAD_LETTER, message.orderId, JSON.stringify(message), 'no such sale', Date.now())
  return message.orderId
}

// Nothing is sent to it: nothing that happens is of its type, and nobody has its name.
const ENDPOINT = { url: 'https://webhooks.invalid/', types: ['order.rejected'], reason }

const newEndpoint = async ({ engine }: World): Promise<string> => {
  const path = '/api/admin/webhook-endpoints'
  const { endpoints } = (await engine.look(path)).body
  for (const { endpointId } of endpoints)
    // there is not room for many
    await engine.request('DELETE', `${path}/${endpointId}`, { credential: OPERATOR })
  return (await engine.operate(path, ENDPOINT)).body.endpointId
}

const adminEndpoint = async (world: World, end: string, body?: Json): Promise<Door> =>
  admin(`/api/admin/webhook-endpoints/${await newEndpoint(world)}${end}`, body)

const DELIVERY = `
  insert into webhook_deliveries (
    delivery_id, endpoint_id, event_id, type, subject, payload, status, created_at, finished_at)
  values (?, ?, 'one', 'order.paid', 'order 1', '{}', 'delivered', 0, 0)
`

const newDelivery = async (world: World): Promise<string> => {
  const deliveryId = String((names += 1))
  await world.write(DELIVERY, deliveryId, await newEndpoint(world))
  return deliveryId
}

const toldPayment = async (world: World): Promise<Door> => {
  const paymentId: string = (await pay(world.engine, await world.order(), 'wait')).body.paymentId
  const sign = (raw: string) => signed({ id: `event ${(names += 1)}`, raw })
  const body = JSON.parse(webhook({ paymentId }).raw)
  return { path: '/api/payments/webhook', body, keys: {}, sign }
}

const paidOrder = async (world: World) => {
  const order = await world.order()
  await pay(world.engine, order)
  return order
}

const sessionDoor = async (world: World, end: string): Promise<Door> => {
  const path = `/api/sales/${await world.engine.sale()}${end}`
  const keys = { session: world.ann.sessionToken }
  if (end.endsWith('/me'))
    await world.engine.request('POST', path.replace('/me', ''), { credential: keys.session })
  return { path, keys }
}

const challengeDoor = async ({ engine, ann }: World): Promise<Door> => {
  const saleId = await engine.sale()
  const [token] = await engine.tokens(saleId, [ann.buyerId])
  const keys = { session: ann.sessionToken, 'purchase-token': token! }
  return { path: `/api/sales/${saleId}/challenge`, keys, saleId }
}

export const DOORS: Record<string, (world: World) => Door | Promise<Door>> = {
  'GET /': () => anyone('/'),
  'GET /console': () => anyone('/console'),
  'GET /sales/{saleId}/': async ({ engine }) => anyone(`/sales/${await engine.sale()}/`),
  'GET /sales/{saleId}': async ({ engine }) => anyone(`/sales/${await engine.sale()}`),
  'GET /assets/{version}/{name}': () => anyone('/assets/x/store.js'),
  'GET /openapi.json': () => anyone('/openapi.json'),
  'GET /healthz': () => anyone('/healthz'),
  'GET /readyz': () => anyone('/readyz'),
  'GET /metrics': () => admin('/metrics'),
  'GET /api/time': () => anyone('/api/time'),
  'GET /api/sales': () => anyone('/api/sales'),
  'GET /api/sales/{saleId}': async ({ engine }) => anyone(`/api/sales/${await engine.sale()}`),

  'POST /api/buyers': () => anyone('/api/buyers', { name: newName(), password: PASSWORD }),
  'POST /api/sessions': async ({ engine }) => {
    const name = newName()
    await signUp(engine, name)
    return anyone('/api/sessions', { name, password: PASSWORD })
  },
  'DELETE /api/sessions/current': async ({ engine }) => {
    const { sessionToken: session } = (await signIn(engine, 'ann')).body
    return { path: '/api/sessions/current', keys: { session } }
  },
  'POST /api/sales/{saleId}/entries': (world) => sessionDoor(world, '/entries'),
  'GET /api/sales/{saleId}/entries/me': (world) => sessionDoor(world, '/entries/me'),
  'GET /api/sales/{saleId}/challenge': challengeDoor,
  'POST /api/sales/{saleId}/challenge': async (world) => {
    const door = await challengeDoor(world)
    const solution = await solve(world.engine, door.saleId!, door.keys.session!)
    return { ...door, body: { solution } }
  },
  'POST /api/sales/{saleId}/attempts': async ({ engine, ann }) => {
    const saleId = await engine.sale()
    const [token] = await engine.tokens(saleId, [ann.buyerId])
    const path = `/api/sales/${saleId}/attempts`
    return { path, body: { units: 1 }, keys: { 'purchase-token': token! }, saleId }
  },

  'GET /api/orders': ({ ann }) => ({ path: '/api/orders', keys: { session: ann.sessionToken } }),
  'GET /api/orders/{orderId}': (world) => ownOrder(world, ''),
  'GET /api/orders/{orderId}/events': (world) => ownOrder(world, '/events'),
  'POST /api/orders/{orderId}/cancel': (world) => ownOrder(world, '/cancel', {}),
  'POST /api/orders/{orderId}/payment': (world) => ownOrder(world, '/payment', { sandbox: 'pay' }),
  'POST /api/payments/webhook': toldPayment,

  'GET /api/admin/products': () => admin('/api/admin/products'),
  'POST /api/admin/products': () =>
    admin('/api/admin/products', {
      title: 'A phone',
      listPrice: 100,
      currency: 'CNY',
      picture: 'https://shop.example/phone.png',
      description: 'It rings',
    }),
  'GET /api/admin/sales': () => admin('/api/admin/sales'),
  'POST /api/admin/sales': async ({ engine }) =>
    admin('/api/admin/sales', await saleDraft(engine.operate)),
  'GET /api/admin/sales/{saleId}': (world) => adminSale(world, ''),
  'PATCH /api/admin/sales/{saleId}': async (world) => ({
    ...(await adminSale(world, '', { title: 'Another title', reason })),
    headers: { 'if-match': '*' },
  }),
  'DELETE /api/admin/sales/{saleId}': (world) => adminSale(world, '', { reason }),
  'GET /api/admin/sales/{saleId}/audit': (world) => adminSale(world, '/audit'),
  'GET /api/admin/sales/{saleId}/readiness': (world) => adminSale(world, '/readiness'),
  'POST /api/admin/sales/{saleId}/preheat': (world) => adminSale(world, '/preheat'),
  'POST /api/admin/sales/{saleId}/tokens': (world) =>
    adminSale(world, '/tokens', { buyers: ['1'] }),
  'POST /api/admin/sales/{saleId}/clone': (world) =>
    adminSale(world, '/clone', { ...later(), title: 'Its like' }),
  'POST /api/admin/sales/{saleId}/pause': (world) => adminSale(world, '/pause', { reason }),
  'POST /api/admin/sales/{saleId}/resume': async (world) => {
    const saleId = await world.engine.sale(later())
    await world.engine.operate(`/api/admin/sales/${saleId}/pause`)
    return admin(`/api/admin/sales/${saleId}/resume`, { reason })
  },
  'POST /api/admin/sales/{saleId}/close': (world) => adminSale(world, '/close', { reason }),
  'POST /api/admin/sales/{saleId}/restock': (world) =>
    adminSale(world, '/restock', { units: 1, reason }),
  'POST /api/admin/stop': async ({ engine }) => {
    await engine.sale()
    return admin('/api/admin/stop', { reason })
  },

  'GET /api/admin/blocklist': () => admin('/api/admin/blocklist'),
  'POST /api/admin/blocklist': () =>
    admin('/api/admin/blocklist', { buyer: String(6_000_000 + (names += 1)), reason }),
  'DELETE /api/admin/blocklist': async (world) => {
    const { buyer } = await newBlock(world)
    return admin('/api/admin/blocklist', { buyer, reason })
  },
  'DELETE /api/admin/blocklist/{blockId}': async (world) =>
    admin(`/api/admin/blocklist/${(await newBlock(world)).blockId}`, { reason }),

  'GET /api/admin/orders': () => admin('/api/admin/orders'),
  'GET /api/admin/orders/{orderId}': async (world) =>
    admin(`/api/admin/orders/${(await world.order()).orderId}`),
  'POST /api/admin/orders/{orderId}/cancel': async (world) =>
    admin(`/api/admin/orders/${(await world.order()).orderId}/cancel`, { reason }),
  'POST /api/admin/orders/{orderId}/refund': async (world) =>
    admin(`/api/admin/orders/${(await paidOrder(world)).orderId}/refund`, { reason }),
  'GET /api/admin/dead-letters': () => admin('/api/admin/dead-letters'),
  'POST /api/admin/dead-letters/{deadLetterId}/replay': async (world) => {
    const deadLetterId = await newDeadLetter(world, await world.engine.sale())
    return admin(`/api/admin/dead-letters/${deadLetterId}/replay`, { reason })
  },
  'GET /api/admin/webhook-endpoints': () => admin('/api/admin/webhook-endpoints'),
  'POST /api/admin/webhook-endpoints': async (world) => {
    await newEndpoint(world)
    return admin('/api/admin/webhook-endpoints', { ...ENDPOINT, description: 'the shop' })
  },
  'GET /api/admin/webhook-endpoints/{endpointId}': (world) => adminEndpoint(world, ''),
  'PATCH /api/admin/webhook-endpoints/{endpointId}': async (world) => ({
    ...(await adminEndpoint(world, '', { ...ENDPOINT, description: 'the shop' })),
    headers: { 'if-match': '*' },
  }),
  'DELETE /api/admin/webhook-endpoints/{endpointId}': (world) =>
    adminEndpoint(world, '', { reason }),
  'POST /api/admin/webhook-endpoints/{endpointId}/rotate-secret': (world) =>
    adminEndpoint(world, '/rotate-secret', { reason }),
  'GET /api/admin/deliveries': () => admin('/api/admin/deliveries'),
  'POST /api/admin/deliveries/{deliveryId}/replay': async (world) =>
    admin(`/api/admin/deliveries/${await newDelivery(world)}/replay`, { reason }),
  'GET /api/admin/audit-log': () => admin('/api/admin/audit-log'),
  'GET /api/admin/overview': () => admin('/api/admin/overview'),
  'GET /api/admin/overview/events': () => admin('/api/admin/overview/events'),
  'GET /api/admin/me': () => admin('/api/admin/me'),
  'GET /api/admin/settings': () => admin('/api/admin/settings'),
  'GET /api/admin/buyers/{buyerId}': ({ ann }) => admin(`/api/admin/buyers/${ann.buyerId}`),
  'GET /api/admin/buyers/{buyerId}/export': ({ ann }) =>
    admin(`/api/admin/buyers/${ann.buyerId}/export`),
  'POST /api/admin/buyers/{buyerId}/erase': async ({ engine }) => {
    const { buyerId } = (await signUp(engine, newName())).body
    return admin(`/api/admin/buyers/${buyerId}/erase`, { reason })
  },
}
