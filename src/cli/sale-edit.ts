// seckill sale edit, clone and delete: what may be done with a sale before it starts, and with one that
// shall be held again. An edit names the version it has seen, so that it undoes nobody else's.

import type { Command } from 'commander'
import { type Api, serverApi, type ServerOptions, serverOptions } from './api.ts'
import { id } from './arguments.ts'
import { CommandError, EXIT } from './exit.ts'
import { confirmPrice, readProduct } from './price.ts'
import { newTermOptions, type NewTermOptions, newTerms } from './sale-terms.ts'
import { printSale, readNowMs, readSale, type SaleView } from './sale-view.ts'

type EditOptions = ServerOptions & NewTermOptions & { reason?: string }

export const saleEditCommands = (sale: Command) => {
  newTermOptions(serverOptions(sale.command('edit').description('change a sale before its start')))
    .argument('<sale>', 'id of the sale', id)
    .option('--reason <words>', 'why, for the audit log')
    .addHelpText('after', EDIT_HELP)
    .action(edit)

  newTermOptions(serverOptions(sale.command('clone').description('make a sale like this one')))
    .argument('<sale>', 'id of the sale', id)
    .addHelpText('after', CLONE_HELP)
    .action(clone)

  serverOptions(sale.command('delete').description('take a sale back before its start'))
    .argument('<sale>', 'id of the sale', id)
    .option('--reason <words>', 'why, for the audit log')
    .addHelpText('after', DELETE_HELP)
    .action(remove)
}

const EDIT_HELP = `
Until 6 s before the start everything can be changed, from then on only the limits: attempts-per-second,
attempts-burst, buyer-per-second, challenge. Whoever has changed the sale in the meantime is not overwritten.

Examples:
  seckill sale edit 7 --price 89900 --reason 'as printed'
  seckill sale edit 7 --starts-at 2026-11-11T21:00:00+08:00 --ends-at +30m
  seckill sale edit 7 --attempts-per-second 20000
  seckill sale edit 7 --challenge always --reason 'programs everywhere'
  seckill sale edit 7 --strategy segmented --segments 32`

const CLONE_HELP = `
The new sale has all the terms of the other one, and lasts as long, but for what is said.

Examples:
  seckill sale clone 7 --starts-at 2026-11-18T20:00:00+08:00
  seckill sale clone 7 --starts-at +5m --rehearsal --title 'Rehearsal'`

const DELETE_HELP = `
A sale that has started is not deleted: close it instead.

Examples:
  seckill sale delete 7 --reason 'made twice'`

const pathOf = (saleId: string) => `/api/admin/sales/${saleId}`

const edit = async (saleId: string, options: EditOptions) => {
  const api = serverApi(options)
  const sale = await readSale(api, saleId)
  const terms = newTerms(options, { sale, nowMs: await readNowMs(api) })
  if (Object.values(terms).every((value) => value === undefined))
    throw new CommandError('say what is to change, for example --price', EXIT.usage)
  await checkPrice(api, sale, options)
  await api.patch(pathOf(saleId), { ...terms, reason: options.reason }, sale.version)
  printSale(await readSale(api, saleId), options)
}

const clone = async (saleId: string, options: EditOptions) => {
  if (options.startsAt === undefined)
    throw new CommandError("required option '--starts-at <instant>' not specified", EXIT.usage)
  const api = serverApi(options)
  const sale = await readSale(api, saleId)
  const terms = newTerms(options, { sale, nowMs: await readNowMs(api) })
  await checkPrice(api, sale, options)
  printSale(await api.post<SaleView>(`${pathOf(saleId)}/clone`, terms), options)
}

const remove = async (saleId: string, { reason, ...options }: EditOptions) => {
  await serverApi(options).delete(pathOf(saleId), { reason })
  console.log(options.json ? JSON.stringify({ deleted: saleId }) : `sale ${saleId} is deleted`)
}

// Only of a price that is said, or that comes to stand beside another product.
const checkPrice = async (api: Api, sale: SaleView, options: EditOptions) => {
  const { price = sale.price, product = sale.productId, yes } = options
  if (options.price === undefined && options.product === undefined) return
  await confirmPrice({ price, ...(yes && { yes }) }, await readProduct(api, product))
}
