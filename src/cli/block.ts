// seckill block …: who may not take part.

import type { Command } from 'commander'
import { serverApi, type ServerOptions, serverOptions } from './api.ts'
import { id, type Instant, instant, resolved } from './arguments.ts'
import { blockImportCommand } from './block-import.ts'
import { CommandError, EXIT } from './exit.ts'
import { type PageOptions, pageOptions, pagePath, printPage } from './list-page.ts'

interface Target {
  buyer?: string
  address?: string
  cidr?: string
}

interface BlockView extends Target {
  blockId: string
  reason: string
  by: string
  until?: string
}

const PATH = '/api/admin/blocklist'

export const blockCommand = (program: Command) => {
  const block = program.command('block').description('say who may not take part')

  targetOptions(serverOptions(block.command('add').description('block, or renew a block')))
    .requiredOption('--reason <words>', 'why, for the audit log')
    .option('--until <instant>', 'like 2026-11-12T00:00:00+08:00, or +2h (for good)', instant)
    .addHelpText('after', ADD_HELP)
    .action(add)

  blockImportCommand(block)

  pageOptions(block.command('list').description('blocks in force, newest first'))
    .option('--buyer <id>', 'of this buyer', id)
    .addHelpText('after', LIST_HELP)
    .action(list)

  targetOptions(serverOptions(block.command('remove').description('lift a block')))
    .argument('[block]', 'id of the block', id)
    .option('--reason <words>', 'why, for the audit log')
    .addHelpText('after', REMOVE_HELP)
    .action(remove)
}

const targetOptions = (command: Command): Command =>
  command
    .option('--buyer <id>', 'a buyer', id)
    .option('--address <address>', 'an IPv4 or IPv6 address')
    .option('--cidr <network>', 'a network, like 192.0.2.0/24')

const ADD_HELP = `
Every gateway knows it within a second.

Examples:
  seckill block add --buyer 42 --reason 'resells'
  seckill block add --cidr 192.0.2.0/24 --reason 'a farm of phones' --until +2h`

const LIST_HELP = `
Examples:
  seckill block list
  seckill block list --buyer 42 --json`

const REMOVE_HELP = `
Examples:
  seckill block remove 12
  seckill block remove --buyer 42 --reason 'it was somebody else'`

const targetOf = ({ buyer, address, cidr }: Target): Target =>
  Object.fromEntries(
    Object.entries({ buyer, address, cidr }).filter(([, value]) => value !== undefined),
  )

const oneTarget = (given: Target): Target => {
  const target = targetOf(given)
  if (Object.keys(target).length === 1) return target
  throw new CommandError('name one of --buyer, --address and --cidr', EXIT.usage)
}

const add = async (options: ServerOptions & Target & { reason: string; until?: Instant }) => {
  const { reason, until } = options
  const untilMs = until && resolved(until, Date.now())
  const end = untilMs === undefined ? {} : { until: new Date(untilMs).toISOString() }
  const body = { ...oneTarget(options), reason, ...end }
  const made = await serverApi(options).post<BlockView>(PATH, body)
  if (options.json) return console.log(JSON.stringify(made, null, 2))
  const lasts = made.until === undefined ? 'for good' : `until ${made.until}`
  console.log(`block ${made.blockId}: ${named(made)}, ${lasts}`)
}

const named = ({ buyer, address, cidr }: Target): string =>
  buyer === undefined ? (address ?? cidr ?? '') : `buyer ${buyer}`

const list = async (options: PageOptions & { buyer?: string }) => {
  const path = pagePath(PATH, options, { buyer: options.buyer })
  const page = await serverApi(options).get<{ blocks: BlockView[]; nextCursor?: string }>(path)
  if (options.json) return console.log(JSON.stringify(page, null, 2))
  const rows = page.blocks.map((one) => [
    one.blockId,
    named(one),
    one.until ?? 'for good',
    one.by,
    one.reason,
  ])
  const heading = ['block', 'who', 'until', 'by', 'reason']
  return printPage([heading, ...rows], { ...page, none: 'nobody is blocked' })
}

const remove = async (
  blockId: string | undefined,
  options: ServerOptions & Target & { reason?: string },
) => {
  const { reason } = options
  const isNamed = Object.keys(targetOf(options)).length > 0
  if (blockId !== undefined && isNamed)
    throw new CommandError('name the block or whom it blocks, not both', EXIT.usage)
  const [path, target] =
    blockId === undefined ? [PATH, oneTarget(options)] : [`${PATH}/${blockId}`, {}]
  await serverApi(options).delete(path, { ...target, reason })
  console.log(options.json ? JSON.stringify({ lifted: true }) : 'lifted')
}
