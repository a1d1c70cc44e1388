// seckill audit: the books of one sale, spelled out. It ends with 1 when they do not agree.

import type { Command } from 'commander'
import { type Api, serverApi, type ServerOptions, serverOptions } from './api.ts'
import { id } from './arguments.ts'
import { EXIT } from './exit.ts'
import { table } from './table.ts'

// In units; `drift`, `oversold` and `duplicateBuyers` are counts. No drift is known while the engine is
// being rebuilt.
export interface BooksView {
  total: number
  available: number
  returning: number
  held: number
  inTransit: number
  inTransfer: number
  live: number
  homeAvailable: number
  pending: number
  paid: number
  released: number
  rejected: number
  drift: number | null
  driftOrders: string[]
  oversold: number
  duplicateBuyers: number
  epoch: number
  engine: string
}

export const auditCommand = (program: Command) => {
  serverOptions(program.command('audit').description('compare the books of one sale'))
    .argument('<sale>', 'id of the sale', id)
    .addHelpText('after', HELP)
    .action(audit)
}

const HELP = `
Ends with 0 when the books agree, with 1 when they do not or cannot be compared now.

Examples:
  seckill audit 7
  seckill audit 7 --json`

const audit = async (saleId: string, options: ServerOptions) => {
  const books = await readBooks(serverApi(options), saleId)
  console.log(options.json ? JSON.stringify(books, null, 2) : spelled(saleId, books))
  process.exitCode = faultsOf(books).length === 0 ? EXIT.good : EXIT.no
}

export const readBooks = (api: Pick<Api, 'get'>, saleId: string) =>
  api.get<BooksView>(`/api/admin/sales/${saleId}/audit`)

// What is wrong, in words; empty when the books agree.
export const faultsOf = ({ drift, oversold, duplicateBuyers }: BooksView): string[] => {
  const faults: string[] = []
  if (oversold > 0) faults.push(`${oversold} units oversold`)
  if (duplicateBuyers > 0) faults.push(`${duplicateBuyers} buyers with two live orders`)
  if (drift === null) faults.push('the engine is being rebuilt, ask again')
  else if (drift > 0) faults.push(`${drift} orders on which the books disagree`)
  return faults
}

export const verdict = (books: BooksView): string => faultsOf(books).join('; ') || 'the books agree'

const SHOWN_MAX = 20

const spelled = (saleId: string, books: BooksView): string => {
  const { total, available, returning, held, inTransit, live, homeAvailable } = books
  const rows = [
    ['engine', books.engine, `available ${available}`, `returning ${returning}`, `held ${held}`],
    ['home', `total ${total}`, `available ${homeAvailable}`, `live ${live}`],
    ['orders', `pending ${books.pending}`, `paid ${books.paid}`, `in transit ${inTransit}`],
    ['ledger', `released ${books.released}`, `rejected ${books.rejected}`, `epoch ${books.epoch}`],
    ['wrong', `drift ${books.drift ?? '–'}`, `oversold ${books.oversold}`],
  ]
  rows.at(-1)!.push(`duplicate buyers ${books.duplicateBuyers}`)
  const orders = books.driftOrders.slice(0, SHOWN_MAX).map((orderId) => `  order ${orderId}`)
  return [`sale ${saleId}, in units`, '', table(rows), ...orders, '', verdict(books)].join('\n')
}
