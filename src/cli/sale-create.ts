// seckill sale create: a sale, and its product when there is none yet. A price far below the list price
// is asked about: one missing zero has ruined more sales than any crash.

import type { Command } from 'commander'
import { createInterface } from 'node:readline/promises'
import { type Api, serverApi, type ServerOptions, serverOptions } from './api.ts'
import { currency, duration, id, type Instant, instant, resolved, whole } from './arguments.ts'
import { CommandError, EXIT } from './exit.ts'
import { printSale, type SaleView } from './sale-view.ts'
import { money } from './table.ts'

interface CreateOptions extends ServerOptions {
  title: string
  price: number
  stock: number
  startsAt: Instant
  endsAt: Instant
  product?: string
  productTitle?: string
  listPrice?: number
  currency: string
  perBuyer?: number
  payWithin?: number
  tokensFrom?: number
  rehearsal?: true
  yes?: true
}

interface ProductView {
  productId: string
  listPrice: number
  currency: string
}

const PRICES = { min: 1, max: 1_000_000_000_000 }

export const saleCreateCommand = (sale: Command) => {
  serverOptions(sale.command('create').description('make a sale'))
    .requiredOption('--title <words>', 'what the page calls it')
    .requiredOption(
      '--price <price>',
      'of one unit, in minor units: 99900 is 999.00',
      whole(PRICES),
    )
    .requiredOption('--stock <units>', 'units to sell', whole({ min: 1, max: 10_000_000 }))
    .requiredOption('--starts-at <instant>', 'RFC 3339, or from now: +30s, +5m', instant)
    .option('--ends-at <instant>', 'RFC 3339, or from the start: +1h', instant, {
      afterMs: 3_600_000,
    })
    .option('--product <id>', 'product that is sold', id)
    .option('--product-title <words>', 'make this product instead')
    .option('--list-price <price>', 'of the product that is made, in minor units', whole(PRICES))
    .option('--currency <code>', 'of the product that is made', currency, 'CNY')
    .option('--per-buyer <units>', 'most units one buyer may hold', whole({ min: 1, max: 100 }))
    .option('--pay-within <duration>', 'how long an order may stay unpaid, like 15m', duration)
    .option('--tokens-from <duration>', 'how long before the start tokens are good', duration)
    .option('--rehearsal', 'do not show it on the page')
    .option('--yes', 'the price is right, do not ask')
    .addHelpText('after', HELP)
    .action(create)
}

const HELP = `
Examples:
  seckill sale create --title 'Phone, 8 pm' --product-title Phone --list-price 499900 \\
      --price 99900 --stock 1000 --starts-at 2026-11-11T20:00:00+08:00 --ends-at +30m
  seckill sale create --title 'Phone again' --product 1 --price 99900 --stock 50 --starts-at +30s`

const create = async (options: CreateOptions) => {
  const api = serverApi(options)
  const known = await productOf(api, options)
  await confirmPrice(options, known)
  const product = 'productId' in known ? known : await api.post<ProductView>(PRODUCTS, known)
  const { epochMs: nowMs } = await api.get<{ epochMs: number }>('/api/time')
  const startsAtMs = resolved(options.startsAt, nowMs)
  const sale = await api.post<SaleView>('/api/admin/sales', {
    productId: product.productId,
    title: options.title,
    price: options.price,
    currency: product.currency,
    stock: options.stock,
    startsAt: new Date(startsAtMs).toISOString(),
    endsAt: new Date(resolved(options.endsAt, startsAtMs)).toISOString(),
    perBuyerLimit: options.perBuyer,
    payWithinMs: options.payWithin,
    tokensFromMs: options.tokensFrom,
    rehearsal: options.rehearsal,
  })
  printSale(sale, options)
}

const PRODUCTS = '/api/admin/products'

type ProductDraft = { title: string; listPrice: number; currency: string }

// The product that is named, or the one that is to be made.
const productOf = async (api: Api, options: CreateOptions): Promise<ProductView | ProductDraft> => {
  const { product: productId, productTitle: title, listPrice } = options
  if ((productId === undefined) === (title === undefined || listPrice === undefined))
    throw new CommandError(
      'say what is sold: either --product ID, or --product-title and --list-price',
      EXIT.usage,
    )
  if (title !== undefined && listPrice !== undefined)
    return { title, listPrice, currency: options.currency }
  const { products } = await api.get<{ products: ProductView[] }>(PRODUCTS)
  const found = products.find((one) => one.productId === productId)
  if (found === undefined) throw new CommandError(`there is no product ${productId}`, EXIT.no)
  return found
}

const confirmPrice = async (
  { price, yes }: CreateOptions,
  { listPrice, currency: code }: ProductView | ProductDraft,
) => {
  if (price * 10 >= listPrice || yes) return
  const odd = `${money(price, code)} is more than 90 % below the list price, ${money(listPrice, code)}`
  if (!process.stdin.isTTY)
    throw new CommandError(`${odd}: correct --price, or confirm it with --yes`, EXIT.usage)
  const terminal = createInterface({ input: process.stdin, output: process.stderr })
  const said = await terminal.question(`${odd}. Is this right? Type yes: `)
  terminal.close()
  if (said.trim() !== 'yes') throw new CommandError('nothing was made', EXIT.no)
}
