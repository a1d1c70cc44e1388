// The sale that the herd comes for: the one that was named, or a product and a sale of its own that
// opens when everybody has a token. And its books before anybody asked.

import { type Books, readBooks } from './books.ts'
import { type Clock, nowMs } from './clocks.ts'
import { type OperatorApi, LoadRefusal } from './target.ts'

export interface PreparedSale {
  saleId: string
  own: boolean // made here, for this herd
  startsAtMs: number // by our clock
  payWithinMs: number
  strategy: string
  segments: number
  before: Books
}

export interface Wanted {
  saleId: string | undefined // none: make one
  strategy: string | undefined
  segments: number | undefined
  units: number
  buyers: number
  payWithinMs: number | undefined
}

// Time enough to issue and fetch the tokens, and for those who click early.
const OPENS_IN_MS = 2000
const OPENS_LATER_MS_PER_BUYER = 1 / 20
const LASTS_MS = 3_600_000
const STARTS_WITHIN_MS = 600_000

export const prepareSale = async (
  api: OperatorApi,
  { wanted, clock }: { wanted: Wanted; clock: Clock },
): Promise<PreparedSale> => {
  const own = wanted.saleId === undefined
  const sale = own ? await makeSale(api, { ...wanted, clock }) : await findSale(api, wanted.saleId!)
  const { saleId, payWithinMs, strategy, segments } = sale
  const startsAtMs = Date.parse(sale.startsAt) - clock.offsetMs
  if (startsAtMs > nowMs() + STARTS_WITHIN_MS)
    throw new LoadRefusal(`sale ${saleId} opens at ${sale.startsAt}: come within ten minutes of it`)
  const before = await readBooks(api, saleId)
  return { saleId, own, startsAtMs, payWithinMs, strategy, segments, before }
}

interface SaleView {
  saleId: string
  startsAt: string
  status: string
  payWithinMs: number
  strategy: string
  segments: number
}

const findSale = async (api: OperatorApi, saleId: string): Promise<SaleView> => {
  const sale = await api.get<SaleView>(`/api/admin/sales/${saleId}`)
  if (sale.status === 'ended') throw new LoadRefusal(`sale ${saleId} has ended: name another one`)
  return sale
}

const makeSale = async (
  api: OperatorApi,
  { units, buyers, payWithinMs, strategy, segments, clock }: Wanted & { clock: Clock },
): Promise<SaleView> => {
  const currency = 'CNY'
  const product = { title: 'Phone of the herd', listPrice: 499_900, currency }
  const { productId } = await api.post<{ productId: string }>('/api/admin/products', product)
  const opensInMs = OPENS_IN_MS + buyers * OPENS_LATER_MS_PER_BUYER
  const startsAtMs = Math.ceil(nowMs() + clock.offsetMs + opensInMs)
  return api.post<SaleView>('/api/admin/sales', {
    productId,
    title: `Herd of ${buyers}`,
    price: 99_900,
    currency,
    stock: units,
    startsAt: new Date(startsAtMs).toISOString(),
    endsAt: new Date(startsAtMs + LASTS_MS).toISOString(),
    payWithinMs,
    strategy,
    segments,
    limits: { challenge: 'off' }, // the herd solves none
    rehearsal: false,
  })
}
