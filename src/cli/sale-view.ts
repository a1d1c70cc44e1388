// How a sale comes from the operators' API, and how it is shown to people.

import { readConfig } from '../config.ts'
import type { SaleLimits } from '../domain/sale.ts'
import { type Api, type ServerOptions, serverUrl } from './api.ts'
import { money, table } from './table.ts'

export interface SaleView {
  saleId: string
  productId: string
  version: number
  limits: SaleLimits
  title: string
  price: number
  currency: string
  startsAt: string
  endsAt: string
  perBuyerLimit: number
  strategy: string
  segments: number
  payWithinMs: number
  status: string
  paused: boolean
  stock?: Record<string, number | string>
}

export const readSale = (api: Api, saleId: string) =>
  api.get<SaleView>(`/api/admin/sales/${saleId}`)

// All of them, newest first, however many pages that takes.
export const readSales = async (api: Api): Promise<SaleView[]> => {
  const sales: SaleView[] = []
  let next: string | undefined
  do {
    const cursor = next === undefined ? '' : `?cursor=${next}`
    const page = await api.get<{ sales: SaleView[]; nextCursor?: string }>(
      `/api/admin/sales${cursor}`,
    )
    sales.push(...page.sales)
    next = page.nextCursor
  } while (next !== undefined)
  return sales
}

// By the server's clock.
export const readNowMs = async (api: Api): Promise<number> =>
  (await api.get<{ epochMs: number }>('/api/time')).epochMs

export const printSale = (sale: SaleView, options: ServerOptions) => {
  if (options.json) return console.log(JSON.stringify(sale, null, 2))
  const { saleId, title, price, currency, status, startsAt, endsAt, perBuyerLimit } = sale
  const rows = [
    ['status', status],
    ['page', `${serverUrl(options, readConfig())}/sales/${saleId}/`],
    ['product', sale.productId],
    ['price', money(price, currency)],
    ['starts at', startsAt],
    ['ends at', endsAt],
    ['per buyer', String(perBuyerLimit)],
    ['pay within', `${sale.payWithinMs / 1000} s`],
    ['strategy', sale.strategy],
    ['segments', String(sale.segments)],
    ...Object.entries(sale.stock ?? {}).map(([name, value]) => [name, String(value)]),
  ]
  console.log(`sale ${saleId}: ${title}\n\n${table(rows)}`)
}
