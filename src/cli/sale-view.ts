// How a sale comes from the operators' API, and how it is shown to people.

import type { Api, ServerOptions } from './api.ts'
import { money, table } from './table.ts'

export interface SaleView {
  saleId: string
  title: string
  price: number
  currency: string
  startsAt: string
  endsAt: string
  perBuyerLimit: number
  payWithinMs: number
  status: string
  paused: boolean
  stock?: Record<string, number | string>
}

export const readSale = (api: Api, saleId: string) =>
  api.get<SaleView>(`/api/admin/sales/${saleId}`)

export const printSale = (sale: SaleView, { json }: ServerOptions) => {
  if (json) return console.log(JSON.stringify(sale, null, 2))
  const { saleId, title, price, currency, status, startsAt, endsAt, perBuyerLimit } = sale
  const rows = [
    ['status', status],
    ['price', money(price, currency)],
    ['starts at', startsAt],
    ['ends at', endsAt],
    ['per buyer', String(perBuyerLimit)],
    ['pay within', `${sale.payWithinMs / 1000} s`],
    ...Object.entries(sale.stock ?? {}).map(([name, value]) => [name, String(value)]),
  ]
  console.log(`sale ${saleId}: ${title}\n\n${table(rows)}`)
}
