// The page of each sale, `/sales/{saleId}/`. It is made of the sale as this process knows it and of the
// product, which is read once a second at most however many ask; when that fails the page stays as it was.

import type { SaleCache } from '../../attempt/sale-cache.ts'
import type { SaleId } from '../../domain/ids.ts'
import type { Sale } from '../../domain/sale.ts'
import type { Ports } from '../../ports/ports.ts'
import { movedTo, problem, PROBLEMS } from '../answers.ts'
import { htmlFile, type Site } from '../page.ts'
import { salePages } from '../sale-page.ts'
import { route, SENT_WITH_CACHEABLE } from '../schemas/route.ts'
import { sendFile, sendPage, type SentPage, sentPage } from '../send-page.ts'
import { answer, type App } from '../server.ts'
import { publicSale } from '../views.ts'

export interface SalePageDeps {
  ports: Pick<Ports, 'catalog' | 'clock'>
  sales: SaleCache
  site: Site
}

const MAX_AGE = 'public, max-age=1' // as that of its state
const [NO_SUCH_SALE] = PROBLEMS['no-such-sale']

export const salePageRoutes = (deps: SalePageDeps) => (app: App) => {
  const { sales, site } = deps
  const template = site.pages.store.bytes.toString()
  const pages = keptPages(deps, template)
  const unknown = htmlFile(salePages(template).unknown)

  app.get<{ Params: { saleId: string } }>(
    '/sales/:saleId/',
    { schema: PAGE },
    async (request, reply) => {
      const sale = sales.get(request.params.saleId)
      if (sale !== undefined) return sendPage({ request, reply }, await pages(sale), MAX_AGE)
      reply.code(NO_SUCH_SALE)
      return sendFile({ request, reply }, unknown, MAX_AGE)
    },
  )

  // A page has one address, for those who keep it as for those who pass it on.
  app.get<{ Params: { saleId: string } }>(
    '/sales/:saleId',
    { schema: WITHOUT_SLASH },
    async (request, reply) => {
      const sale = sales.get(request.params.saleId)
      if (sale === undefined) return answer(reply, problem('no-such-sale'))
      return answer(reply, movedTo(`/sales/${sale.saleId}/`))
    },
  )
}

const FRESH_MS = 1000

interface Kept {
  page: SentPage
  html: string
}

const keptPages = ({ ports }: SalePageDeps, template: string) => {
  const { of } = salePages(template)
  const known = new Map<SaleId, { kept: Promise<Kept>; madeAtMs: number; version: number }>()

  const make = async (sale: Sale, before: Promise<Kept> | undefined): Promise<Kept> => {
    const last = await before
    const product = await ports.catalog.readProduct(sale.productId).catch(() => undefined)
    if (product === undefined && last !== undefined) return last
    const nowMs = ports.clock.nowMs()
    const seen = publicSale(sale, { product, remaining: 'many', nowMs })
    const { remaining: _remaining, status: _status, ...facts } = seen
    const html = of(facts)
    return html === last?.html ? last : { html, page: sentPage(htmlFile(html)) }
  }

  return async (sale: Sale): Promise<SentPage> => {
    const nowMs = ports.clock.nowMs()
    const { saleId, version } = sale
    const before = known.get(saleId)
    if (before?.version === version && nowMs < before.madeAtMs + FRESH_MS)
      return (await before.kept).page
    const kept = make(sale, before?.kept)
    known.set(saleId, { kept, madeAtMs: nowMs, version })
    return (await kept).page
  }
}

const PAGE = route({
  summary: 'The page of a sale',
  tag: 'public',
  credentials: [],
  answers: {
    200: { contentType: 'text/html', description: 'The page' },
    304: { contentType: undefined, description: 'The page is the one you have' },
    404: { contentType: 'text/html', description: 'A page that says that there is no such sale' },
  },
  sends: SENT_WITH_CACHEABLE,
  refusals: [],
})

const WITHOUT_SLASH = route({
  summary: 'To the page of a sale',
  tag: 'public',
  credentials: [],
  answers: { 308: { contentType: undefined, description: 'The page has a slash at the end' } },
  sends: { 308: ['Location'] },
  refusals: ['no-such-sale'],
})
