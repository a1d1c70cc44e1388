// Operators' sales, as they are: list, look at, audit, preheat, issue purchase tokens.

import type { PurchaseTokens } from '../../attempt/purchase-token.ts'
import type { SaleCache } from '../../attempt/sale-cache.ts'
import type { Sale } from '../../domain/sale.ts'
import { type RebuildSettings, rebuildNow } from '../../flows/stock/look-after.ts'
import { engineState, readBooks, reconcile } from '../../flows/stock/reconcile.ts'
import type { Ports } from '../../ports/ports.ts'
import type { FindOperator } from '../admin-keys.ts'
import { problem } from '../answers.ts'
import { listPage } from '../list-page.ts'
import type { SaleStates } from '../sale-states.ts'
import { route } from '../schemas/route.ts'
import {
  AuditView,
  OperatorSalesView,
  OperatorSaleView,
  PreheatedView,
  SalesQuery,
  TokensBody,
  TokensView,
} from '../schemas/sales.ts'
import { answer, type App } from '../server.ts'
import { etagOf } from '../versions.ts'
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
  auditRoute(app, deps)
  preheatRoute(app, deps)
  tokensRoute(app, deps)
}

const readRoutes = (app: App, { ports, states }: SaleDeps) => {
  app.get<{ Querystring: SalesQuery }>('/api/admin/sales', { schema: LIST }, async ({ query }) => {
    const nowMs = ports.clock.nowMs()
    const { rows, nextCursor } = await listPage(query, {
      read: (at) => ports.catalog.listSalesPage(at),
      idOf: ({ saleId }) => saleId,
    })
    const views = rows.map(async (sale) => {
      return operatorSale(sale, { nowMs, remaining: await states(sale.saleId) })
    })
    return { sales: await Promise.all(views), nextCursor }
  })

  app.get<SaleParams>('/api/admin/sales/:saleId', { schema: LOOK }, async (request, reply) => {
    const sale = await ports.catalog.readSale(request.params.saleId)
    const books = sale && (await readBooks(ports, sale.saleId))
    if (!sale || !books) return noSuchSale(reply)
    const remaining = await states(sale.saleId)
    reply.header('etag', etagOf(sale))
    return operatorSale(sale, { nowMs: ports.clock.nowMs(), remaining, books })
  })
}

const auditRoute = (app: App, { ports, reconcilePauseMs: roundPauseMs }: SaleDeps) => {
  app.get<SaleParams>(
    '/api/admin/sales/:saleId/audit',
    { schema: AUDIT },
    async (request, reply) => {
      const { saleId } = request.params
      const sale = await ports.catalog.readSale(saleId)
      const books = sale && (await reconcile(ports, { saleId, roundPauseMs, page: PAGE }))
      return books ? auditView(books) : noSuchSale(reply)
    },
  )
}

// A sale that is in the engine already is left as it is: only the keeper repairs.
const preheatRoute = (app: App, { ports, rebuild }: SaleDeps) => {
  app.post<SaleParams>(
    '/api/admin/sales/:saleId/preheat',
    { schema: PREHEAT },
    async (request, reply) => {
      const sale = await ports.catalog.readSale(request.params.saleId)
      if (sale === undefined) return noSuchSale(reply)
      if (sale.leftEngineAtMs !== undefined) return answer(reply, problem('ended'))
      if ((await engineOf(ports, sale)) !== 'open') {
        const by = operatorOf(request)
        const result = await rebuildNow(ports, sale, { ...rebuild(), by })
        if (result === 'unknown-strategy') return answer(reply, problem('strategy-unknown'))
      }
      const engine = await engineOf(ports, sale)
      if (engine !== 'open') return answer(reply, problem('rebuilding', { retrySeconds: 1 }))
      return { saleId: sale.saleId, engine }
    },
  )
}

const engineOf = async (ports: Ports, { saleId }: Sale) => {
  const [epoch] = await ports.ledger.readEpochs([saleId])
  return engineState(await ports.stock.read(saleId), epoch ?? 0)
}

// Issuing changes nothing, and tokens are nothing to be kept.
const tokensRoute = (app: App, { sales, tokens }: SaleDeps) => {
  app.post<SaleParams & { Body: TokensBody }>(
    '/api/admin/sales/:saleId/tokens',
    { schema: TOKENS, bodyLimit: TOKENS_BODY_MAX, config: { repeated: 'harmless' } },
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

const LIST = route({
  summary: 'Sales, newest first',
  tag: 'operators',
  credentials: ['admin-key'],
  query: SalesQuery,
  answers: { 200: OperatorSalesView },
  refusals: [],
})

const LOOK = route({
  summary: 'One sale with its exact stock; its version is the ETag',
  tag: 'operators',
  credentials: ['admin-key'],
  answers: { 200: OperatorSaleView },
  sends: { 200: ['ETag'] },
  refusals: ['no-such-sale'],
})

const AUDIT = route({
  summary: 'The books of one sale, compared',
  tag: 'operators',
  credentials: ['admin-key'],
  answers: { 200: AuditView },
  refusals: ['no-such-sale'],
})

const PREHEAT = route({
  summary: 'Put a sale into the stock engine now',
  tag: 'operators',
  credentials: ['admin-key'],
  answers: { 200: PreheatedView },
  refusals: ['forbidden', 'no-such-sale', 'ended', 'strategy-unknown', 'rebuilding'],
})

const TOKENS = route({
  summary: 'Issue purchase tokens',
  tag: 'operators',
  credentials: ['admin-key'],
  body: TokensBody,
  answers: { 200: TokensView },
  refusals: ['forbidden', 'no-such-sale'],
  repeatable: true,
})
