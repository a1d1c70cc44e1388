// seckill webhook …: who is told of orders and sales by webhooks.

import { type Command, InvalidArgumentError } from 'commander'
import { EVENT_TYPES } from '../domain/webhook-event.ts'
import { serverApi, type ServerOptions, serverOptions } from './api.ts'
import { id } from './arguments.ts'
import { CommandError, EXIT } from './exit.ts'
import { table } from './table.ts'
import { webhookDeliveryCommands } from './webhook-deliveries.ts'

interface EndpointView {
  endpointId: string
  url: string
  types: string[]
  enabled: boolean
  disabledBecause?: string
  lastDeliveredAt?: string
  version: number
}

interface TermOptions {
  to?: string
  description?: string
  events?: string[]
}

type ChangeOptions = ServerOptions & { reason?: string }

const PATH = '/api/admin/webhook-endpoints'

export const webhookCommand = (program: Command) => {
  const webhook = program.command('webhook').description('say who is told of orders and sales')

  termOptions(serverOptions(webhook.command('add').description('tell somebody')))
    .option('--reason <words>', 'why, for the audit log')
    .addHelpText('after', ADD_HELP)
    .action(add)

  serverOptions(webhook.command('list').description('who is told'))
    .addHelpText('after', LIST_HELP)
    .action(list)

  termOptions(change(webhook, 'edit', 'tell somewhere else, or of something else'))
    .addHelpText('after', EDIT_HELP)
    .action((endpointId: string, options: ChangeOptions & TermOptions) => {
      const set = termsOf(options)
      if (Object.keys(set).length === 0)
        throw new CommandError('say what to change: --to, --events or --description', EXIT.usage)
      return edit(endpointId, options, set)
    })

  for (const [verb, enabled] of [
    ['enable', true],
    ['disable', false],
  ] as const)
    change(webhook, verb, enabled ? 'tell again, also what is still open' : 'tell no more for now')
      .addHelpText('after', `\nExamples:\n  seckill webhook ${verb} 3 --reason 'it moves'`)
      .action((endpointId: string, options: ChangeOptions) =>
        edit(endpointId, options, { enabled }),
      )

  change(webhook, 'rotate-secret', 'sign with another secret')
    .addHelpText('after', ROTATE_HELP)
    .action(rotate)

  change(webhook, 'remove', 'tell no more, for good')
    .addHelpText('after', `\nExamples:\n  seckill webhook remove 3 --reason 'the shop is closed'`)
    .action(remove)

  webhookDeliveryCommands(webhook)
}

const change = (webhook: Command, name: string, description: string): Command =>
  serverOptions(webhook.command(name).description(description))
    .argument('<endpoint>', 'id of the endpoint', id)
    .option('--reason <words>', 'why, for the audit log')

const termOptions = (command: Command): Command =>
  command
    .option('--to <address>', 'an https URL')
    .option('--events <types>', 'of what, like order.paid,sale.opened', eventTypes)
    .option('--description <words>', 'what it is')

const eventTypes = (text: string): string[] => {
  const types = [...new Set(text.split(','))]
  if (types.every((type) => EVENT_TYPES.some((known) => known === type))) return types
  throw new InvalidArgumentError(`Expected some of ${EVENT_TYPES.join(',')}.`)
}

const ADD_HELP = `
Without --events it is told of everything. The secret that signs is shown now and never again.

Examples:
  seckill webhook add --to https://shop.example/seckill
  seckill webhook add --to https://shop.example/seckill --events order.paid,order.refunded`

const LIST_HELP = `
Examples:
  seckill webhook list
  seckill webhook list --json`

const EDIT_HELP = `
What is still open is tried at another address at once.

Examples:
  seckill webhook edit 3 --to https://shop.example/moved --reason 'it moves'`

const ROTATE_HELP = `
The old secret signs as well for a day. The new one is shown now and never again.

Examples:
  seckill webhook rotate-secret 3 --reason 'it was seen'`

const termsOf = ({ to: url, events: types, description }: TermOptions): object =>
  Object.fromEntries(
    Object.entries({ url, types, description }).filter(([, value]) => value !== undefined),
  )

const add = async (options: ChangeOptions & TermOptions) => {
  const { reason, to } = options
  if (to === undefined) throw new CommandError('--to: say who is to be told', EXIT.usage)
  const body = { ...termsOf(options), reason }
  const made = await serverApi(options).post<EndpointView & { secret: string }>(PATH, body)
  if (options.json) return console.log(JSON.stringify(made, null, 2))
  console.log(`endpoint ${made.endpointId}: ${made.url}\nsecret ${made.secret}`)
}

const list = async (options: ServerOptions) => {
  const page = await serverApi(options).get<{ endpoints: EndpointView[] }>(PATH)
  if (options.json) return console.log(JSON.stringify(page, null, 2))
  if (page.endpoints.length === 0) return console.log('nobody is told')
  const heading = ['endpoint', 'url', 'state', 'last delivered', 'events']
  const rows = page.endpoints.map((one) => [
    one.endpointId,
    one.url,
    one.enabled ? 'enabled' : `disabled: ${one.disabledBecause || 'no reason given'}`,
    one.lastDeliveredAt ?? 'never',
    one.types.length === EVENT_TYPES.length ? 'all' : one.types.join(','),
  ])
  console.log(table([heading, ...rows], ''))
}

const edit = async (endpointId: string, options: ChangeOptions, set: object) => {
  const api = serverApi(options)
  const path = `${PATH}/${endpointId}`
  const { version } = await api.get<EndpointView>(path)
  const body = { ...set, reason: options.reason }
  const changed = await api.patch<EndpointView>(path, body, version)
  if (options.json) return console.log(JSON.stringify(changed, null, 2))
  console.log(`endpoint ${endpointId}: ${changed.url}, ${changed.enabled ? 'enabled' : 'disabled'}`)
}

const rotate = async (endpointId: string, options: ChangeOptions) => {
  const { reason } = options
  const path = `${PATH}/${endpointId}/rotate-secret`
  const made = await serverApi(options).post<{ secret: string; oldSecretUntil: string }>(path, {
    reason,
  })
  if (options.json) return console.log(JSON.stringify(made, null, 2))
  console.log(`secret ${made.secret}\nthe old one signs as well until ${made.oldSecretUntil}`)
}

const remove = async (endpointId: string, options: ChangeOptions) => {
  await serverApi(options).delete(`${PATH}/${endpointId}`, { reason: options.reason })
  console.log(options.json ? JSON.stringify({ removed: true }) : 'removed')
}
