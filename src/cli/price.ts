// A price far below the list price is asked about: one missing zero has ruined more sales than any crash.

import { createInterface } from 'node:readline/promises'
import type { Api } from './api.ts'
import { CommandError, EXIT } from './exit.ts'
import { money } from './table.ts'

export const confirmPrice = async (
  { price, yes }: { price: number; yes?: true },
  { listPrice, currency: code }: Pick<ProductView, 'listPrice' | 'currency'>,
): Promise<void> => {
  if (price * 10 >= listPrice || yes) return
  const odd = `${money(price, code)} is more than 90 % below the list price, ${money(listPrice, code)}`
  if (!process.stdin.isTTY)
    throw new CommandError(`${odd}: correct --price, or confirm it with --yes`, EXIT.usage)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const said = await terminal.question(`${odd}. Is this right? Type yes: `)
  terminal.close()
  if (said.trim() !== 'yes') throw new CommandError('nothing was changed', EXIT.no)
}

export const PRICES = { min: 1, max: 1_000_000_000_000, note: 'in minor units: 99900 is 999.00' }
export const PRODUCTS = '/api/admin/products'

export interface ProductView {
  productId: string
  listPrice: number
  currency: string
}

export const readProduct = async (api: Api, productId: string): Promise<ProductView> => {
  const { products } = await api.get<{ products: ProductView[] }>(PRODUCTS)
  const found = products.find((one) => one.productId === productId)
  if (found === undefined) {
    const advice = 'say --product-title and --list-price to make one'
    throw new CommandError(`there is no product ${productId}: ${advice}`, EXIT.no)
  }
  return found
}
