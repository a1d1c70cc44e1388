// seckill reconcile: the audit of every sale, or of one, in words; of books that do not agree which orders it
// is about and what to do. It ends with 1 when any do not. It repairs nothing.

import type { Command } from 'commander'
import { type Api, serverApi, type ServerOptions, serverOptions } from './api.ts'
import { id } from './arguments.ts'
import { type BooksView, faultsOf, readBooks, verdict } from './audit.ts'
import { CommandError, EXIT } from './exit.ts'
import { readSale, readSales } from './sale-view.ts'

interface ReconcileOptions extends ServerOptions {
  sale?: string
}

export const reconcileCommand = (program: Command) => {
  serverOptions(program.command('reconcile').description('compare the books of every sale'))
    .option('--sale <id>', 'of this one only', id)
    .addHelpText('after', HELP)
    .action(reconcile)
}

const HELP = `
It is exact also while a sale is running. Keepers do the same every SECKILL_RECONCILE_EVERY_MS, for the
metrics. Ends with 0 when all books agree, with 1 when any do not or cannot be compared now.

Examples:
  seckill reconcile
  seckill reconcile --sale 7
  seckill reconcile --json`

interface Audited extends BooksView {
  saleId: string
}

const reconcile = async (options: ReconcileOptions) => {
  const api = serverApi(options)
  const sales = options.sale ? [await readSale(api, options.sale)] : await readSales(api)
  const audited: Audited[] = []
  for (const { saleId, title } of sales) {
    const books = { saleId, ...(await readBooks(api, saleId)) }
    audited.push(books)
    if (!options.json) console.log(await told(api, title, books))
  }
  const wrong = audited.filter((books) => faultsOf(books).length > 0)
  if (options.json) console.log(JSON.stringify({ sales: audited }, null, 2))
  else console.log(summaryOf(audited, wrong))
  process.exitCode = wrong.length > 0 ? EXIT.no : EXIT.good
}

const summaryOf = (all: Audited[], wrong: Audited[]): string => {
  if (all.length === 0) return 'there is no sale'
  if (wrong.length === 0) return `${many(all.length, 'sale')}: the books agree`
  const named = wrong.map(({ saleId }) => saleId).join(', ')
  return `${many(all.length, 'sale')}: look at ${named}`
}

const many = (count: number, thing: string) => `${count} ${thing}${count === 1 ? '' : 's'}`

const told = async (api: Api, title: string, books: Audited): Promise<string> => {
  const lines = [engineLine(books), homeLine(books), ordersLine(books), verdict(books)]
  const more = [...(await driftLines(api, books)), ...adviceOf(books)]
  return [`sale ${books.saleId}: ${title}`, ...lines, ...more, ''].join('\n  ').trimEnd() + '\n'
}

const engineLine = (books: Audited): string => {
  const { engine, epoch, available, returning, held, inTransit, inTransfer } = books
  if (engine === 'absent') return 'the engine does not have it: it is over, or not preheated yet'
  if (engine === 'rebuilding') return 'the engine is being rebuilt'
  const rest = returning > 0 ? `, ${returning} come back in a moment` : ''
  const moving = inTransfer > 0 ? `, ${inTransfer} are on the way between segments` : ''
  const share = available + returning + held + inTransfer
  return (
    `the engine (epoch ${epoch}) has ${many(share, 'unit')}: ${available} for sale, ${held} held, ` +
    `of them ${inTransit} in transit${rest}${moving}`
  )
}

const homeLine = ({ total, homeAvailable, live, released, rejected }: Audited): string =>
  `home has ${many(total, 'unit')}: ${homeAvailable} for sale, ${live} live; ` +
  `${released} were given back, ${rejected} were rejected`

const ordersLine = ({ pending, paid }: Audited): string =>
  `orders hold ${many(pending + paid, 'unit')}: ${pending} pending, ${paid} paid`

const SHOWN_MAX = 20

// Each with what its table says of it now.
const driftLines = async (api: Api, { driftOrders }: Audited): Promise<string[]> => {
  const shown = driftOrders.slice(0, SHOWN_MAX)
  const lines = await Promise.all(shown.map((orderId) => orderLine(api, orderId)))
  const more = driftOrders.length - shown.length
  return more > 0 ? [...lines, `  and ${more} more: --json has them all`] : lines
}

const orderLine = async (api: Api, orderId: string): Promise<string> => {
  try {
    const order = await api.get<{ status: string; buyerId: string; units: number }>(
      `/api/admin/orders/${orderId}`,
    )
    const { status, buyerId, units } = order
    return `  order ${orderId}: ${status}, ${many(units, 'unit')} of buyer ${buyerId}`
  } catch (error) {
    if (!(error instanceof CommandError) || error.exitCode !== EXIT.no) throw error
    return `  order ${orderId}: in no table of orders`
  }
}

const adviceOf = ({ saleId, drift, oversold, duplicateBuyers }: Audited): string[] => {
  if (oversold === 0 && duplicateBuyers === 0 && (drift ?? 0) === 0) return []
  const pause = `to do: seckill sale pause ${saleId} --reason "the books disagree"`
  return [
    pause,
    ...(oversold > 0 || duplicateBuyers > 0 ? HOME_IS_WRONG : engineIsWrong(saleId)),
  ].map((line, at) => (at === 0 ? line : `       ${line}`))
}

// Nothing in the program comes to this by itself: somebody, or something else, has written there.
const HOME_IS_WRONG = [
  'then let the auditor name every order (docs/operations.md, "What to watch"), and cancel or refund',
  'what cannot be delivered: seckill order cancel|refund ORDER --reason …',
]

// The ledger's word stands, so a book that is made anew from it agrees, unless orders are missing.
const engineIsWrong = (saleId: string): string[] => [
  'then have the engine rebuilt from the ledger: restart the process where it is SQLite, delete the keys',
  `seckill:{${saleId}.*}:* where it is Redis; a keeper does the rest within seconds. Compare again, then`,
  `seckill sale resume ${saleId}. What still differs is missing among the orders: the auditor names it.`,
]
