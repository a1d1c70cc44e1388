// What anybody may read: the time and the sales. Short-lived and cacheable; the clock of
// a countdown is the server's.

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SaleCache } from '../../attempt/sale-cache.ts'
import type { Sale } from '../../domain/sale.ts'
import type { Ports } from '../../ports/ports.ts'
import { problem } from '../answers.ts'
import { cacheable, unlessKnown } from '../cacheable.ts'
import type { SaleStates } from '../sale-states.ts'
import { PublicSalesView, PublicSaleView, TimeView } from '../schemas/public.ts'
import { NOT_MODIFIED, route, SENT_WITH_CACHEABLE } from '../schemas/route.ts'
import { answer, type App } from '../server.ts'
import { instant, publicSale } from '../views.ts'

export interface PublicDeps {
  ports: Pick<Ports, 'catalog' | 'clock'>
  sales: SaleCache
  states: SaleStates
}

const SHOWN_MAX = 100
const SHOWN_AFTER_END_MS = 86_400_000

export const publicRoutes = (deps: PublicDeps) => (app: App) => {
  const { ports, sales, states } = deps

  const view = async (sale: Sale) =>
    publicSale(sale, {
      product: await ports.catalog.readProduct(sale.productId).catch(() => undefined),
      remaining: await states(sale.saleId),
      nowMs: ports.clock.nowMs(),
    })

  app.get('/api/time', { schema: TIME }, async () => {
    const epochMs = Math.floor(ports.clock.nowMs())
    return { now: instant(epochMs), epochMs }
  })

  app.get('/api/sales', { schema: SALES }, async (request, reply) => {
    const nowMs = ports.clock.nowMs()
    const shown = sales
      .all()
      .filter((sale) => !sale.rehearsal && nowMs < sale.endsAtMs + SHOWN_AFTER_END_MS)
    const views = await Promise.all(shown.slice(0, SHOWN_MAX).map(view))
    return cached(request, reply, { sales: views })
  })

  app.get<{ Params: { saleId: string } }>(
    '/api/sales/:saleId',
    { schema: SALE },
    async (request, reply) => {
      const sale = sales.get(request.params.saleId)
      if (sale === undefined) return answer(reply, problem('no-such-sale'))
      return cached(request, reply, await view(sale))
    },
  )
}

const MAX_AGE_SECONDS = 1

const cached = (request: FastifyRequest, reply: FastifyReply, value: unknown) => {
  const found = cacheable(value, { maxAgeSeconds: MAX_AGE_SECONDS })
  return answer(reply, unlessKnown(found, request.headers['if-none-match']))
}

const TIME = route({
  summary: 'The server’s clock',
  tag: 'public',
  credentials: [],
  answers: { 200: TimeView },
  refusals: [],
})

const SALES = route({
  summary: 'Sales, newest first',
  tag: 'public',
  credentials: [],
  answers: { 200: PublicSalesView, 304: NOT_MODIFIED },
  sends: SENT_WITH_CACHEABLE,
  refusals: [],
})

const SALE = route({
  summary: 'One sale',
  tag: 'public',
  credentials: [],
  answers: { 200: PublicSaleView, 304: NOT_MODIFIED },
  sends: SENT_WITH_CACHEABLE,
  refusals: ['no-such-sale'],
})
