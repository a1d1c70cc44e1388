// seckill sale create: a sale, and its product when there is none yet. A price far below the list price
// is asked about: one missing zero has ruined more sales than any crash.

import { type Command, Option } from 'commander'
import { type Api, serverApi, type ServerOptions, serverOptions } from './api.ts'
import { currency, id, type Instant, instant, resolved, whole } from './arguments.ts'
import { CommandError, EXIT } from './exit.ts'
import { confirmPrice, PRICES, PRODUCTS, type ProductView, readProduct } from './price.ts'
import { moreTermOptions, type MoreTermOptions, moreTerms, STOCKS } from './sale-terms.ts'
import { printSale, readNowMs, type SaleView } from './sale-view.ts'

interface CreateOptions extends ServerOptions, MoreTermOptions {
  title: string
  price: number
  stock: number
  startsAt: Instant
  endsAt: Instant
  product?: string
  productTitle?: string
  listPrice?: number
  currency: string
  yes?: true
}

export const saleCreateCommand = (sale: Command) => {
  const command = sale
    .command('create')
    .description('make a sale')
    .usage(
      '--title … (--product … | --product-title … --list-price …) --price … --stock … --starts-at … [options]',
    )
    .requiredOption('--title <words>', 'what the page calls it')
    .option('--product <id>', 'product that is sold', id)
    .option('--product-title <words>', 'make this product instead')
    .option('--list-price <price>', 'of the product that is made, in minor units', whole(PRICES))
    .option('--currency <code>', 'of the product that is made', currency, 'CNY')
    .requiredOption(
      '--price <price>',
      'of one unit, in minor units: 99900 is 999.00',
      whole(PRICES),
    )
    .requiredOption('--stock <units>', 'units to sell', whole(STOCKS))
    .requiredOption('--starts-at <instant>', 'RFC 3339, or from now: +30s, +5m', instant)
    .addOption(
      new Option('--ends-at <instant>', 'RFC 3339, or from the start: +30m')
        .argParser(instant)
        .default({ afterMs: 3_600_000 }, '+1h'),
    )
  serverOptions(moreTermOptions(command))
    .option('--yes', 'the price is right, do not ask')
    .addHelpText('after', HELP)
    .action(create)
}

const HELP = `
Examples:
  seckill sale create --title 'Phone, 8 pm' --product-title Phone --list-price 499900 \\
      --price 99900 --stock 1000 --starts-at 2026-11-11T20:00:00+08:00 --ends-at +30m
  seckill sale create --title 'Phone again' --product 1 --price 99900 --stock 50 --starts-at +30s
  seckill sale create --title 'Phone for all' --product 1 --price 99900 --stock 1000000 --starts-at +1h \\
      --strategy segmented --segments 32

Strategies: counter (a number), and with a stock engine in Redis tokens (each unit has a name, which stands in
the order) and segmented (a sale that is hotter than one Redis; 16 segments unless said).`

const create = async (options: CreateOptions) => {
  const api = serverApi(options)
  const known = await productOf(api, options)
  await confirmPrice(options, known)
  const product = 'productId' in known ? known : await api.post<ProductView>(PRODUCTS, known)
  const startsAtMs = resolved(options.startsAt, await readNowMs(api))
  const sale = await api.post<SaleView>('/api/admin/sales', {
    productId: product.productId,
    title: options.title,
    price: options.price,
    currency: product.currency,
    stock: options.stock,
    startsAt: new Date(startsAtMs).toISOString(),
    endsAt: new Date(resolved(options.endsAt, startsAtMs)).toISOString(),
    ...moreTerms(options),
  })
  printSale(sale, options)
}

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
  return readProduct(api, productId!)
}
