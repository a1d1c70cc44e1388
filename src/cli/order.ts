// seckill order …: find orders, look at one, cancel or refund it.

import { type Command, Option } from 'commander'
import { pipeline } from 'node:stream/promises'
import { ORDER_STATUSES } from '../domain/order.ts'
import { serverApi, type ServerOptions, serverOptions } from './api.ts'
import { id } from './arguments.ts'
import { CommandError, EXIT } from './exit.ts'
import { type PageOptions, pageOptions, pagePath, printPage, queryPath } from './list-page.ts'
import { money, table } from './table.ts'

interface OrderView {
  orderId: string
  saleId: string
  buyerId: string
  units: number
  price: number
  currency: string
  status: string
  createdAt: string
  payBy?: string
  changedAt?: string
  refundDue?: true
  payments?: { paymentId: string; status: string; amount: number; currency: string }[]
  ledger?: string[]
}

export const orderCommand = (program: Command) => {
  const order = program.command('order').description('find, look at, cancel and refund orders')

  pageOptions(order.command('list').description('orders, newest first'))
    .option('--sale <id>', 'of this sale', id)
    .option('--buyer <id>', 'of this buyer', id)
    .addOption(new Option('--status <status>', 'with this status').choices(ORDER_STATUSES))
    .option('--refund-due', 'whose money is owed back')
    .addOption(new Option('--csv', 'all of them as a CSV file').conflicts(['json', 'cursor']))
    .addHelpText('after', LIST_HELP)
    .action(list)

  serverOptions(order.command('show').description('one order, with its payments and the ledger'))
    .argument('<order>', 'id of the order', id)
    .addHelpText('after', '\nExamples:\n  seckill order show 250352803216736256')
    .action(async (orderId: string, options: ServerOptions) =>
      printOrder(await serverApi(options).get<OrderView>(pathOf(orderId)), options),
    )

  serverOptions(order.command('cancel').description('cancel a pending order'))
    .argument('<order>', 'id of the order', id)
    .requiredOption('--reason <words>', 'why, for the audit log')
    .addHelpText('after', CANCEL_HELP)
    .action(cancel)

  serverOptions(order.command('refund').description('refund a paid order'))
    .argument('<order>', 'id of the order', id)
    .requiredOption('--reason <words>', 'why, for the audit log')
    .option('--owed-only', 'only the money that is owed back for it already')
    .addHelpText('after', REFUND_HELP)
    .action(refund)
}

const LIST_HELP = `
Examples:
  seckill order list --sale 7 --status pending
  seckill order list --refund-due
  seckill order list --buyer 42 --json
  seckill order list --sale 7 --csv > orders.csv`

const CANCEL_HELP = `
Its units are for sale again.

Examples:
  seckill order cancel 250352803216736256 --reason 'the buyer called'`

const REFUND_HELP = `
Its units are for sale again, and the payment provider is asked to give the money back.

Examples:
  seckill order refund 250352803216736256 --reason 'broken on arrival'
  seckill order refund 250352803216736256 --reason 'paid twice' --owed-only`

const ORDERS = '/api/admin/orders'

const pathOf = (orderId: string) => `${ORDERS}/${orderId}`

type ListOptions = PageOptions & {
  sale?: string
  buyer?: string
  status?: string
  refundDue?: true
  csv?: true
}

const list = async (options: ListOptions) => {
  const { sale: saleId, buyer: buyerId, status, refundDue } = options
  const asked = { saleId, buyerId, status, refundDue: refundDue && 'true' }
  const api = serverApi(options)
  if (options.csv)
    return printFile(await api.stream(queryPath(ORDERS, { ...asked, format: 'csv' })))
  const path = pagePath(ORDERS, options, asked)
  const page = await api.get<{ orders: OrderView[]; nextCursor?: string }>(path)
  if (options.json) return console.log(JSON.stringify(page, null, 2))
  const rows = page.orders.map((one) => [
    one.orderId,
    one.saleId,
    one.buyerId,
    String(one.units),
    money(one.price * one.units, one.currency),
    one.status,
    one.createdAt,
  ])
  const heading = ['order', 'sale', 'buyer', 'units', 'amount', 'status', 'created at']
  return printPage([heading, ...rows], { ...page, none: 'no such orders' })
}

const printFile = async (file: ReadableStream<Uint8Array>) => {
  try {
    await pipeline(file, process.stdout, { end: false })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') throw error // the reader has enough
    const message = 'the server went away: the file is not whole, ask for it again'
    throw new CommandError(message, EXIT.unreachable, error)
  }
}

const cancel = async (orderId: string, options: ServerOptions & { reason: string }) => {
  const { reason } = options
  const api = serverApi(options)
  printOrder(await api.post<OrderView>(`${pathOf(orderId)}/cancel`, { reason }), options)
}

const refund = async (
  orderId: string,
  options: ServerOptions & { reason: string; owedOnly?: true },
) => {
  const { reason, owedOnly } = options
  const api = serverApi(options)
  const path = `${pathOf(orderId)}/refund`
  printOrder(await api.post<OrderView>(path, { reason, owedOnly }), options)
}

const printOrder = (order: OrderView, { json }: ServerOptions) => {
  if (json) return console.log(JSON.stringify(order, null, 2))
  const { orderId, saleId, buyerId, units, price, currency, status, refundDue } = order
  const { payments = [], ledger = [] } = order
  const rows = [
    ['status', status],
    ['sale', saleId],
    ['buyer', buyerId],
    ['amount', `${money(price * units, currency)} for ${units}`],
    ['created at', order.createdAt],
    ['pay by', order.payBy ?? '–'],
    ['changed at', order.changedAt ?? '–'],
    ['ledger', ledger.join(', ') || 'nothing yet'],
    ...payments.map((one) => ['payment', `${one.status}, ${money(one.amount, one.currency)}`]),
    ...(refundDue ? [['refund', 'money is owed back']] : []),
  ]
  console.log(`order ${orderId}\n\n${table(rows)}`)
}
