// Operators' sales: make, list, look at, preheat, pause, resume, close, restock, issue purchase tokens,
// audit. Every change is in the audit log with who and why.

import type { FastifyReply } from 'fastify'
import type { PurchaseTokens } from '../../attempt/purchase-token.ts'
import type { SaleCache } from '../../attempt/sale-cache.ts'
import { createSale } from '../../flows/operators/create-sale.ts'
import {
  closeSale,
  pauseSale,
  restockSale,
  resumeSale,
  type SaleChanged,
} from '../../flows/operators/change-sale.ts'
import { type RebuildSettings, rebuildOnce } from '../../flows/stock/look-after.ts'
import { engineState, readBooks, reconcile } from '../../flows/stock/reconcile.ts'
import type { Sale } from '../../domain/sale.ts'
import type { Ports } from '../../ports/ports.ts'
import type { FindOperator } from '../admin-keys.ts'
import { json, problem } from '../answers.ts'
import type { SaleStates } from '../sale-states.ts'
import { ReasonBody, RestockBody, SaleBody, TokensBody } from '../schemas/sales.ts'
import { answer, type App } from '../server.ts'
import { auditView, operatorSale } from '../views.ts'
import { noSuchSale, operatorOf, operatorsOnly } from './operators.ts'

export interface SaleDeps {
  ports: Ports
  find: FindOperator
  sales: SaleCache
  tokens: Pick<PurchaseTokens, 'issue'>
  rebuild: () => RebuildSettings // for one request: its signal ends the waiting
  states: SaleStates
  reconcilePauseMs: number
}

interface SaleParams {
  Params: { saleId: string }
}

const TOKENS_BODY_MAX = 256 * 1024
const PAGE = 1000

export const saleRoutes = (deps: SaleDeps) => (app: App) => {
  operatorsOnly(app, deps.find)
  readRoutes(app, deps)
  createRoute(app, deps)
  changeRoutes(app, deps)
  preheatRoute(app, deps)
  tokensRoute(app, deps)
}

const readRoutes = (app: App, deps: SaleDeps) => {
  const { ports } = deps

  app.get('/api/admin/sales', async () => {
    const nowMs = ports.clock.nowMs()
    const sales = await ports.catalog.listSales()
    const views = sales.map(async (sale) => {
      return operatorSale(sale, { nowMs, remaining: await deps.states(sale.saleId) })
    })
    return { sales: await Promise.all(views) }
  })

  app.get<SaleParams>('/api/admin/sales/:saleId', async (request, reply) => {
    const sale = deps.sales.get(request.params.saleId)
    const books = sale && (await readBooks(ports, sale.saleId))
    if (!sale || !books) return noSuchSale(reply)
    const remaining = await deps.states(sale.saleId)
    return operatorSale(sale, { nowMs: ports.clock.nowMs(), remaining, books })
  })

  app.get<SaleParams>('/api/admin/sales/:saleId/audit', async (request, reply) => {
    const { saleId } = request.params
    const of = { saleId, roundPauseMs: deps.reconcilePauseMs, page: PAGE }
    const books = deps.sales.get(saleId) && (await reconcile(ports, of))
    return books ? auditView(books) : noSuchSale(reply)
  })
}

const createRoute = (app: App, deps: SaleDeps) => {
  const { ports, sales, rebuild } = deps
  app.post<{ Body: SaleBody }>(
    '/api/admin/sales',
    { schema: { body: SaleBody } },
    async (request, reply) => {
      const { startsAt, endsAt, ...rest } = request.body
      const draft = { ...rest, startsAtMs: Date.parse(startsAt), endsAtMs: Date.parse(endsAt) }
      const created = await createSale(ports, {
        draft,
        by: operatorOf(request),
        rebuild: rebuild(),
      })
      if (created.result === 'malformed') {
        const { field, detail } = created
        return answer(reply, problem('malformed', { field, detail: `${field}: ${detail}` }))
      }
      const { sale } = created
      await sales.renew(sale.saleId)
      const headers = { location: `/api/admin/sales/${sale.saleId}` }
      return answer(
        reply,
        json(201, operatorSale(sale, { nowMs: ports.clock.nowMs(), remaining: 'many' }), headers),
      )
    },
  )
}

const CHANGES = { pause: pauseSale, resume: resumeSale, close: closeSale } as const

const changeRoutes = (app: App, deps: SaleDeps) => {
  const { ports } = deps
  for (const [verb, change] of Object.entries(CHANGES)) {
    app.post<SaleParams & { Body: ReasonBody }>(
      `/api/admin/sales/:saleId/${verb}`,
      { schema: { body: ReasonBody } },
      async (request, reply) => {
        const { saleId } = request.params
        const reason = request.body?.reason ?? ''
        const changed = await change(ports, { saleId, reason, by: operatorOf(request) })
        return changedAnswer(deps, reply, changed)
      },
    )
  }
  app.post<SaleParams & { Body: RestockBody }>(
    '/api/admin/sales/:saleId/restock',
    { schema: { body: RestockBody } },
    async (request, reply) => {
      const { saleId } = request.params
      const of = { saleId, ...request.body, by: operatorOf(request) }
      return changedAnswer(deps, reply, await restockSale(ports, of))
    },
  )
}

const changedAnswer = async (deps: SaleDeps, reply: FastifyReply, changed: SaleChanged) => {
  switch (changed.result) {
    case 'changed': {
      await deps.sales.renew(changed.sale.saleId)
      const remaining = await deps.states(changed.sale.saleId)
      return answer(
        reply,
        json(200, operatorSale(changed.sale, { nowMs: deps.ports.clock.nowMs(), remaining })),
      )
    }
    case 'closed':
      return answer(reply, problem('sale-closed'))
    case 'no-such-sale':
      return noSuchSale(reply)
  }
}

// A sale that is in the engine already is left as it is: only the keeper repairs.
const preheatRoute = (app: App, { ports, rebuild, sales }: SaleDeps) => {
  app.post<SaleParams>('/api/admin/sales/:saleId/preheat', async (request, reply) => {
    const sale = sales.get(request.params.saleId)
    if (sale === undefined) return noSuchSale(reply)
    if (sale.leftEngineAtMs !== undefined) return answer(reply, problem('ended'))
    const before = await engineOf(ports, sale)
    if (before !== 'open') await rebuildOnce(ports, sale, rebuild())
    const engine = await engineOf(ports, sale)
    if (engine !== 'open') return answer(reply, problem('rebuilding', { retrySeconds: 1 }))
    return { saleId: sale.saleId, engine }
  })
}

const engineOf = async (ports: Ports, { saleId }: Sale) => {
  const [epoch] = await ports.ledger.readEpochs([saleId])
  return engineState(await ports.stock.read(saleId), epoch ?? 0)
}

const tokensRoute = (app: App, { sales, tokens }: SaleDeps) => {
  app.post<SaleParams & { Body: TokensBody }>(
    '/api/admin/sales/:saleId/tokens',
    { schema: { body: TokensBody }, bodyLimit: TOKENS_BODY_MAX },
    async (request, reply) => {
      const { saleId } = request.params
      if (sales.get(saleId) === undefined) return noSuchSale(reply)
      const issued = request.body.buyers.map((buyerId) => ({
        buyerId,
        purchaseToken: tokens.issue({ saleId, buyerId }),
      }))
      return { tokens: issued }
    },
  )
}
