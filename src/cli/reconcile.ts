// seckill reconcile: the audit of every sale, one line each. It ends with 1 when any does not agree.

import type { Command } from 'commander'
import { serverApi, type ServerOptions, serverOptions } from './api.ts'
import { faultsOf, readBooks, verdict } from './audit.ts'
import { EXIT } from './exit.ts'
import { readSales } from './sale-view.ts'
import { table } from './table.ts'

export const reconcileCommand = (program: Command) => {
  serverOptions(program.command('reconcile').description('compare the books of every sale'))
    .addHelpText('after', HELP)
    .action(reconcile)
}

const HELP = `
Ends with 0 when all books agree, with 1 when any does not.

Examples:
  seckill reconcile
  seckill reconcile --json`

const reconcile = async (options: ServerOptions) => {
  const api = serverApi(options)
  const audited = []
  for (const { saleId } of await readSales(api))
    audited.push({ saleId, ...(await readBooks(api, saleId)) })
  if (options.json) console.log(JSON.stringify({ sales: audited }, null, 2))
  else {
    const rows = audited.map((books) => [
      books.saleId,
      String(books.total),
      String(books.live),
      String(books.released),
      verdict(books),
    ])
    console.log(table([['sale', 'total', 'live', 'released', 'verdict'], ...rows], ''))
  }
  const wrong = audited.some((books) => faultsOf(books).length > 0)
  process.exitCode = wrong ? EXIT.no : EXIT.good
}
