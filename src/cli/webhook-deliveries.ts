// seckill webhook deliveries and replay: what became of webhooks, and sending one again.

import { type Command, Option } from 'commander'
import { serverApi, type ServerOptions, serverOptions } from './api.ts'
import { id } from './arguments.ts'
import { type PageOptions, pageOptions, pagePath, printPage } from './list-page.ts'

interface DeliveryView {
  deliveryId: string
  endpointId: string
  type: string
  orderId?: string
  saleId?: string
  status: string
  attempts: number
  nextAttemptAt?: string
  lastAttempt?: { at: string; failure?: string }
}

const PATH = '/api/admin/deliveries'

export const webhookDeliveryCommands = (webhook: Command) => {
  pageOptions(webhook.command('deliveries').description('what became of webhooks, newest first'))
    .option('--endpoint <id>', 'to this endpoint', id)
    .addOption(
      new Option('--status <status>', 'with --endpoint').choices(['open', 'delivered', 'given-up']),
    )
    .option('--order <id>', 'about this order', id)
    .option('--sale <id>', 'about this sale itself', id)
    .addHelpText('after', LIST_HELP)
    .action(list)

  serverOptions(webhook.command('replay').description('send one again'))
    .argument('<delivery>', 'id of the delivery', id)
    .option('--reason <words>', 'why, for the audit log')
    .addHelpText('after', REPLAY_HELP)
    .action(replay)
}

const LIST_HELP = `
With --json each comes with what is sent.

Examples:
  seckill webhook deliveries --order 250352803216736256
  seckill webhook deliveries --endpoint 3 --status given-up`

const REPLAY_HELP = `
It keeps its id, by which a receiver knows that it is the same event.

Examples:
  seckill webhook replay 17 --reason 'the shop was down'`

type ListOptions = PageOptions & {
  endpoint?: string
  status?: string
  order?: string
  sale?: string
}

const list = async (options: ListOptions) => {
  const { endpoint: endpointId, status, order: orderId, sale: saleId } = options
  const path = pagePath(PATH, options, { endpointId, status, orderId, saleId })
  const page = await serverApi(options).get<{ deliveries: DeliveryView[]; nextCursor?: string }>(
    path,
  )
  if (options.json) return console.log(JSON.stringify(page, null, 2))
  const heading = ['delivery', 'endpoint', 'event', 'of', 'status', 'tries', 'next try', 'said']
  const rows = page.deliveries.map((one) => [
    one.deliveryId,
    one.endpointId,
    one.type,
    one.orderId ?? one.saleId ?? '',
    one.status,
    String(one.attempts),
    one.nextAttemptAt ?? (one.status === 'open' ? 'after an older one' : ''),
    one.lastAttempt?.failure ?? '',
  ])
  return printPage([heading, ...rows], { ...page, none: 'no deliveries' })
}

const replay = async (deliveryId: string, options: ServerOptions & { reason?: string }) => {
  const { reason } = options
  const answer = await serverApi(options).post(`${PATH}/${deliveryId}/replay`, { reason })
  console.log(options.json ? JSON.stringify(answer) : `delivery ${deliveryId} is sent again`)
}
