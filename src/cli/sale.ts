// seckill sale …: look at sales and change them.

import type { Command } from 'commander'
import { serverApi, type ServerOptions, serverOptions } from './api.ts'
import { id, whole } from './arguments.ts'
import { saleCreateCommand } from './sale-create.ts'
import { saleEditCommands } from './sale-edit.ts'
import { salePreheatCommand } from './sale-preheat.ts'
import { STOCKS } from './sale-terms.ts'
import { printSale, readSale, readSales, type SaleView } from './sale-view.ts'
import { money, table } from './table.ts'

export const saleCommand = (program: Command) => {
  const sale = program.command('sale').description('make, look at and change sales')
  saleCreateCommand(sale)
  saleEditCommands(sale)
  salePreheatCommand(sale)

  serverOptions(sale.command('list').description('all sales, newest first')).action(list)

  serverOptions(sale.command('show').description('one sale, with its exact stock'))
    .argument('<sale>', 'id of the sale', id)
    .action(show)

  changeCommand(sale, 'pause', 'answer nobody until it is resumed')
  changeCommand(sale, 'resume', 'go on selling')
  changeCommand(sale, 'close', 'end the sale, for good')

  serverOptions(sale.command('restock').description('add units'))
    .argument('<sale>', 'id of the sale', id)
    .requiredOption('--units <count>', 'how many', whole(STOCKS))
    .requiredOption('--reason <words>', 'why, for the audit log')
    .action(restock)

  serverOptions(sale.command('stop').description('pause every sale that has not ended'))
    .requiredOption('--reason <words>', 'why, for the audit log')
    .addHelpText('after', STOP_HELP)
    .action(stop)
}

const STOP_HELP = `
Each sale goes on when it is resumed: seckill sale resume ID.

Examples:
  seckill sale stop --reason 'the shop is on fire'`

const changeCommand = (sale: Command, verb: string, description: string) => {
  serverOptions(sale.command(verb).description(description))
    .argument('<sale>', 'id of the sale', id)
    .option('--reason <words>', 'why, for the audit log')
    .action(async (saleId: string, { reason, ...options }: ServerOptions & { reason?: string }) => {
      const path = `/api/admin/sales/${saleId}/${verb}`
      printSale(await serverApi(options).post<SaleView>(path, { reason }), options)
    })
}

const list = async (options: ServerOptions) => {
  const sales = await readSales(serverApi(options))
  if (options.json) return console.log(JSON.stringify({ sales }, null, 2))
  if (sales.length === 0) return console.log('no sales yet; make one: seckill sale create')
  const rows = sales.map(({ saleId, status, price, currency, startsAt, endsAt, title }) => {
    return [saleId, status, startsAt, endsAt, money(price, currency), title]
  })
  console.log(table([['sale', 'status', 'starts at', 'ends at', 'price', 'title'], ...rows], ''))
}

const show = async (saleId: string, options: ServerOptions) =>
  printSale(await readSale(serverApi(options), saleId), options)

const restock = async (
  saleId: string,
  { units, reason, ...options }: ServerOptions & { units: number; reason: string },
) => {
  const api = serverApi(options)
  await api.post(`/api/admin/sales/${saleId}/restock`, { units, reason })
  printSale(await readSale(api, saleId), options)
}

const stop = async ({ reason, ...options }: ServerOptions & { reason: string }) => {
  const answer = await serverApi(options).post<{ paused: string[] }>('/api/admin/stop', { reason })
  if (options.json) return console.log(JSON.stringify(answer))
  const { paused } = answer
  console.log(paused.length === 0 ? 'no sale to pause' : `paused: ${paused.join(', ')}`)
}
