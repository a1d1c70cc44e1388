// An order as it changes, for as long as it may change and its credential is good: a stream of events,
// read with `fetch`. The first is the order as it is.

import { readOrders } from '../../flows/orders/read.ts'
import type { Ports } from '../../ports/ports.ts'
import { type AnswerContext, busy, problem } from '../answers.ts'
import { askedOrder, type AskedOrderDeps, type OrderRoute } from '../asked-order.ts'
import type { OrderEvents } from '../order-events.ts'
import { OrderQuery } from '../schemas/orders.ts'
import { route } from '../schemas/route.ts'
import { answer, type App } from '../server.ts'

export interface OrderEventDeps extends AskedOrderDeps {
  ports: Pick<Ports, 'ledger' | 'orders' | 'payments' | 'stock'>
  events: OrderEvents
  context: AnswerContext
}

// Nothing in between may hold a stream back, and its connection ends with it.
const STREAM_HEADERS = {
  'content-type': 'text/event-stream',
  'x-accel-buffering': 'no',
  connection: 'close',
}

export const orderEventRoutes = (deps: OrderEventDeps) => (app: App) => {
  const { events, findBuyer, ports } = deps
  app.addHook('preClose', async () => events.close())

  app.get<OrderRoute>(
    '/api/orders/:orderId/events',
    { schema: WATCH, exposeHeadRoute: false },
    async (request, reply) => {
      const asked = await askedOrder(deps, request)
      if ('refusal' in asked) return answer(reply, asked.refusal)
      const { key, credential } = asked
      const [seen] = await readOrders(ports, [key])
      if (seen === undefined) return answer(reply, problem('no-such-order'))
      if (seen === 'rebuilding') return answer(reply, problem('rebuilding', { retrySeconds: 1 }))
      const { authorization } = request.headers
      const isStillGood = async () => (await findBuyer(authorization)) !== undefined
      const stream = events.watch({ key, seen, credential, isStillGood })
      if (stream) return reply.headers(STREAM_HEADERS).send(stream)
      return answer(reply, busy(deps.context))
    },
  )
}

const WATCH = route({
  summary: 'An order of one’s own as it changes',
  tag: 'orders',
  credentials: ['purchase-token', 'session'],
  query: OrderQuery,
  answers: {
    200: {
      contentType: 'text/event-stream',
      description: 'events `order` with the order as data, until its status is final',
    },
  },
  refusals: ['no-such-order', 'rebuilding', 'busy'],
})
