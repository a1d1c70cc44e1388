// What anybody may read: the time, the sales, whether we live. Short-lived and cacheable; the clock of
// a countdown is the server's.

import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { SaleCache } from '../../attempt/sale-cache.ts'
import type { Sale } from '../../domain/sale.ts'
import type { Ports } from '../../ports/ports.ts'
import { json, problem } from '../answers.ts'
import type { SaleStates } from '../sale-states.ts'
import { answer, type App } from '../server.ts'
import { instant, publicSale } from '../views.ts'

export interface PublicDeps {
  ports: Pick<Ports, 'catalog' | 'clock'>
  sales: SaleCache
  states: SaleStates
  version: string
  unready: () => string[] // what is missing; empty when all is well
}

const SHOWN_MAX = 100
const SHOWN_AFTER_END_MS = 86_400_000

export const publicRoutes = (deps: PublicDeps) => (app: App) => {
  const { ports, sales, states, version, unready } = deps

  const view = async (sale: Sale) =>
    publicSale(sale, {
      product: await ports.catalog.readProduct(sale.productId).catch(() => undefined),
      remaining: await states(sale.saleId),
      nowMs: ports.clock.nowMs(),
    })

  app.get('/api/time', async () => {
    const epochMs = Math.floor(ports.clock.nowMs())
    return { now: instant(epochMs), epochMs }
  })

  app.get('/api/sales', async (request, reply) => {
    const nowMs = ports.clock.nowMs()
    const shown = sales
      .all()
      .filter((sale) => !sale.rehearsal && nowMs < sale.endsAtMs + SHOWN_AFTER_END_MS)
    const views = await Promise.all(shown.slice(0, SHOWN_MAX).map(view))
    return cached(request, reply, { sales: views })
  })

  app.get<{ Params: { saleId: string } }>('/api/sales/:saleId', async (request, reply) => {
    const sale = sales.get(request.params.saleId)
    if (sale === undefined) return answer(reply, problem('no-such-sale'))
    return cached(request, reply, await view(sale))
  })

  app.get('/healthz', async () => ({ status: 'ok', version }))

  app.get('/readyz', async (_request, reply) => {
    const missing = unready()
    return answer(
      reply,
      json(missing.length === 0 ? 200 : 503, { ready: missing.length === 0, missing }),
    )
  })
}

const cached = (request: FastifyRequest, reply: FastifyReply, value: unknown) => {
  const body = JSON.stringify(value)
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`
  const headers = { 'cache-control': 'public, max-age=1', etag }
  const given = request.headers['if-none-match']?.trim()
  const known = given === '*' || given?.includes(etag)
  return answer(reply, known ? { status: 304, headers, body: '' } : json(200, value, headers))
}
