// Every answer about a buyer's own orders.

import type { Engine, Reply } from '../../support/engine.ts'
import { type Bought, buy, pay } from '../../support/order.ts'
import { type Answers, ask, type Drivers, oneTooMany, streamOf } from '../asking.ts'
import { withBody, withSession } from '../usual.ts'
import type { OneSale, Worlds } from '../worlds.ts'

// What is asked about one order: `POST cancel`, or `GET ` of the order itself.
interface About {
  method: 'GET' | 'POST'
  part: '' | '/cancel' | '/events' | '/payment'
}

export const askAbout = (
  engine: Engine,
  { method, part }: About,
  { orderId, token: credential }: Bought,
): Promise<Reply> => ask(engine, `${method} /api/orders/${orderId}${part}`, { credential })

// What is refused whatever is asked about an order.
export const aboutAnOrder = (about: About): Answers => ({
  ...withSession(`${about.method} /api/orders/1${about.part}`),
  malformed: ({ shop }) =>
    ask(shop, `${about.method} /api/orders/1${about.part}?saleId=none`, { credential: 'x' }),
  async 'no-such-order'({ shop, order }) {
    const { token } = await order()
    return askAbout(shop, about, { orderId: '1', token })
  },
  async rebuilding({ rebuilding }) {
    const { engine, token } = await rebuilding()
    return askAbout(engine, about, { orderId: '1', token })
  },
})

export const orderInTransit = async ({ engine, saleId, token }: OneSale): Promise<Bought> => {
  const { body } = await engine.attempt(saleId, token)
  return { orderId: body.orderId, token }
}

const READ = { method: 'GET', part: '' } as const
const CANCEL = { method: 'POST', part: '/cancel' } as const
const WATCH = { method: 'GET', part: '/events' } as const

const eventsOf = ({ orderId }: Bought) => `/api/orders/${orderId}/events`

export const orders: Drivers = {
  'GET /api/orders': {
    async 200({ shop, saleId, newBuyer }) {
      const { buyerId, sessionToken: credential } = await newBuyer()
      await buy(shop, saleId, buyerId)
      return ask(shop, 'GET /api/orders', { credential })
    },
    malformed: ({ shop }) => ask(shop, 'GET /api/orders?limit=0'),
    ...withSession('GET /api/orders'),
  },

  'GET /api/orders/{orderId}': {
    200: async ({ shop, order }) => askAbout(shop, READ, await order()),
    ...aboutAnOrder(READ),
  },

  'POST /api/orders/{orderId}/cancel': {
    200: async ({ shop, order }) => askAbout(shop, CANCEL, await order()),
    ...withBody('POST /api/orders/1/cancel'),
    ...aboutAnOrder(CANCEL),
    async 'order-not-pending'({ shop, order }) {
      const paid = await order()
      await pay(shop, paid)
      return askAbout(shop, CANCEL, paid)
    },
    async 'order-in-transit'({ undelivered }) {
      const one = await undelivered()
      return askAbout(one.engine, CANCEL, await orderInTransit(one))
    },
  },

  'GET /api/orders/{orderId}/events': {
    async 200({ shop, order }) {
      const bought = await order()
      return streamOf(shop, eventsOf(bought), bought.token)
    },
    ...aboutAnOrder(WATCH),
    async busy({ shop, order }: Worlds) {
      const bought = await order()
      const { token: credential } = bought
      return oneTooMany(shop, { path: eventsOf(bought), credential, max: 10 })
    },
  },
}
