// The sale that the herd comes for: the one that was named, or a product and a sale of its own that
// opens when everybody has a token. And its books before anybody asked.

import { type Books, readBooks } from './books.ts'
import { nowMs } from './clocks.ts'
import { type OperatorApi, LoadRefusal } from './target.ts'

export interface PreparedSale {
  saleId: string
  own: boolean // made here, for this herd
  startsAtMs: number // by our clock
  before: Books
}

// Time enough to issue and fetch the tokens.
const OPENS_IN_MS = 1500
const OPENS_LATER_MS_PER_BUYER = 1 / 20
const LASTS_MS = 3_600_000
const STARTS_WITHIN_MS = 600_000

export const prepareSale = async (
  api: OperatorApi,
  of: { saleId: string | undefined; units: number; buyers: number; offsetMs: number },
): Promise<PreparedSale> => {
  const sale = of.saleId === undefined ? await makeSale(api, of) : await findSale(api, of.saleId)
  const { saleId } = sale
  const startsAtMs = Date.parse(sale.startsAt) - of.offsetMs
  if (startsAtMs > nowMs() + STARTS_WITHIN_MS)
    throw new LoadRefusal(`sale ${saleId} opens at ${sale.startsAt}: come within ten minutes of it`)
  const before = await readBooks(api, saleId)
  return { saleId, own: of.saleId === undefined, startsAtMs, before }
}

interface SaleView {
  saleId: string
  startsAt: string
  status: string
}

const findSale = async (api: OperatorApi, saleId: string): Promise<SaleView> => {
  const sale = await api.get<SaleView>(`/api/admin/sales/${saleId}`)
  if (sale.status === 'ended') throw new LoadRefusal(`sale ${saleId} has ended: name another one`)
  return sale
}

const makeSale = async (
  api: OperatorApi,
  { units, buyers, offsetMs }: { units: number; buyers: number; offsetMs: number },
): Promise<SaleView> => {
  const currency = 'CNY'
  const product = { title: 'Phone of the herd', listPrice: 499_900, currency }
  const { productId } = await api.post<{ productId: string }>('/api/admin/products', product)
  const opensInMs = OPENS_IN_MS + buyers * OPENS_LATER_MS_PER_BUYER
  const startsAtMs = Math.ceil(nowMs() + offsetMs + opensInMs)
  return api.post<SaleView>('/api/admin/sales', {
    productId,
    title: `Herd of ${buyers}`,
    price: 99_900,
    currency,
    stock: units,
    startsAt: new Date(startsAtMs).toISOString(),
    endsAt: new Date(startsAtMs + LASTS_MS).toISOString(),
    rehearsal: false,
  })
}
