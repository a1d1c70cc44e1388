// seckill block import: blocks everybody a file names. All its lines are read before anybody is blocked; they
// are sent some at a time, so that nobody waits long for his turn at the list.

import type { Command } from 'commander'
import { readFileSync } from 'node:fs'
import { addressTarget, type BlockTarget, buyerTarget, cidrTarget } from '../domain/block.ts'
import { isId } from '../domain/ids.ts'
import { serverApi, type ServerOptions, serverOptions } from './api.ts'
import { type Instant, instant, resolved } from './arguments.ts'
import { CommandError, EXIT } from './exit.ts'
import { progress } from './progress.ts'

interface ImportOptions extends ServerOptions {
  reason: string
  until?: Instant
}

export const blockImportCommand = (block: Command) => {
  serverOptions(block.command('import').description('block, or renew, everybody a file names'))
    .argument('<file>', 'one a line: its kind and what is blocked, like: address 192.0.2.1')
    .requiredOption('--reason <words>', 'why, for the audit log')
    .option('--until <instant>', 'like 2026-11-12T00:00:00+08:00, or +2h (for good)', instant)
    .addHelpText('after', HELP)
    .action(importFile)
}

const HELP = `
The kinds are buyer, address and cidr. Empty lines, and those that begin with #, are left out. What is
blocked already gets the new reason and end, so importing a file again is harmless.

Examples:
  seckill block import resellers.txt --reason 'they resell' --until +24h`

const AT_ONCE = 200

const importFile = async (file: string, options: ImportOptions) => {
  const { reason, until } = options
  const targets = targetsOf(file)
  const untilMs = until && resolved(until, Date.now())
  const end = untilMs === undefined ? {} : { until: new Date(untilMs).toISOString() }
  const api = serverApi(options)
  using shown = progress('blocking', { quiet: options.json === true })
  const sum = { blocked: 0, renewed: 0 }
  for (let at = 0; at < targets.length; at += AT_ONCE) {
    const blocks = targets.slice(at, at + AT_ONCE).map(({ kind, value }) => ({ [kind]: value }))
    const done = await api
      .post<typeof sum>('/api/admin/blocklist', { blocks, reason, ...end })
      .catch((error: unknown) => {
        throw partly(error, { done: at, of: targets.length })
      })
    sum.blocked += done.blocked
    sum.renewed += done.renewed
    shown.at((at + blocks.length) / targets.length)
  }
  shown[Symbol.dispose]()
  if (options.json) return console.log(JSON.stringify(sum, null, 2))
  console.log(`${sum.blocked} blocked, ${sum.renewed} renewed`)
}

const partly = (error: unknown, { done, of }: { done: number; of: number }) => {
  if (!(error instanceof CommandError) || done === 0) return error
  const message = `${error.message} (${done} of ${of} are blocked; import the file again)`
  return new CommandError(message, error.exitCode, error)
}

const targetsOf = (file: string): BlockTarget[] => {
  const targets: BlockTarget[] = []
  for (const [at, text] of textOf(file).split('\n').entries()) {
    const line = text.trim()
    if (line === '' || line.startsWith('#')) continue
    const target = targetOf(line)
    if (typeof target === 'string')
      throw new CommandError(`${file}, line ${at + 1}: expected ${target}`, EXIT.usage)
    targets.push(target)
  }
  if (targets.length > 0) return targets
  throw new CommandError(`${file}: nobody is named there`, EXIT.usage)
}

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new CommandError(`${file}: the file cannot be read`, EXIT.usage)
  }
}

// Or what was expected.
const targetOf = (line: string): BlockTarget | string => {
  const [kind = '', value = '', ...more] = line.split(/\s+/)
  if (more.length > 0) return 'a kind and one value, like: address 192.0.2.1'
  switch (kind) {
    case 'buyer':
      return isId(value) ? buyerTarget(value) : 'the id of a buyer, like: buyer 42'
    case 'address':
      return addressTarget(value) ?? 'an IPv4 or IPv6 address, like: address 192.0.2.1'
    case 'cidr':
      return (
        cidrTarget(value) ??
        'the first address of a network of at most /8 (IPv4) or /16 (IPv6), like: cidr 192.0.2.0/24'
      )
    default:
      return 'buyer, address or cidr first, like: address 192.0.2.1'
  }
}
