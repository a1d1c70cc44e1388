// seckill load: a herd of buyers on a running server, and whether every promise was kept.

import { randomInt } from 'node:crypto'
import type { Command } from 'commander'
import type { LoadOptions } from '../load/load.ts'
import { report } from '../load/report.ts'
import { serverApi, type ServerOptions, serverOptions } from './api.ts'
import { id, share, whole } from './arguments.ts'
import { CommandError, EXIT } from './exit.ts'

interface CommandOptions extends ServerOptions {
  buyers: number
  units?: number
  sale?: string
  from: number
  over?: number
  rate?: number
  retries: number
  again: number
  cancel: number
  chase: number
  connections: number
  seed?: number
  answers?: string
  database?: string
  iOwnThisHost?: true
}

export const loadCommand = (program: Command) => {
  serverOptions(
    program.command('load').description('send a herd of buyers and check every promise'),
  )
    .requiredOption('--buyers <count>', 'how many come', whole({ min: 1, max: 1_000_000 }))
    .option('--units <count>', 'of the sale it makes (1000)', whole({ min: 1, max: 10_000_000 }))
    .option('--sale <id>', 'come to this sale instead of making one', id)
    .option('--from <buyer>', 'id of the first buyer', whole({ min: 1, max: 2 ** 52 }), 1)
    .option('--over <ms>', 'the opening: they come within (1000)', whole({ min: 1, max: 600_000 }))
    .option('--rate <attempts>', 'or: so many a second', whole({ min: 1, max: 1_000_000 }))
    .option(
      '--retries <count>',
      'most retries when told to come back',
      whole({ min: 0, max: 100 }),
      5,
    )
    .option('--again <share>', 'buyers with an order who ask again', share, 0.2)
    .option('--cancel <share>', 'buyers with a new order who cancel it', share, 0.1)
    .option('--chase <ms>', 'chase what came back', whole({ min: 2000, max: 60_000 }), 5000)
    .option('--connections <count>', 'at most so many', whole({ min: 1, max: 10_000 }), 64)
    .option('--seed <number>', 'the same seed, the same herd', whole({ min: 0, max: 2 ** 32 - 1 }))
    .option('--answers <file>', 'write every answer there, for the auditor')
    .option('--database <file>', "the server's seckill.db: the independent auditor has a word")
    .option('--i-own-this-host', 'load another machine than this one')
    .addHelpText('after', HELP)
    .action(run)
}

const HELP = `
Ends with 0 when every promise was kept, with 1 when one was broken. Latency counts from the instant
at which an attempt was planned.

Examples:
  seckill load --buyers 20000 --units 1000 --cancel 0.3
  seckill load --buyers 1000 --sale 7 --rate 500 --json
  seckill load --buyers 20000 --units 1000 --database data/seckill.db`

const run = async (options: CommandOptions) => {
  if (options.over !== undefined && options.rate !== undefined)
    throw new CommandError('say --over or --rate, not both', EXIT.usage)
  if (options.sale !== undefined && options.units !== undefined)
    throw new CommandError('--units is for the sale that load makes; restock yours', EXIT.usage)
  const api = serverApi(options)
  const { load } = await import('../load/load.ts') // the other commands do without undici
  const say = (line: string) => void (options.json || console.error(line))
  const result = await load(loadOptions(options, api.url), { api, say })
  console.log(options.json ? JSON.stringify(result, null, 2) : `\n${report(result)}`)
  process.exitCode = result.good ? EXIT.good : EXIT.no
}

const UNITS = 1000
const OVER_MS = 1000
const OVER_MS_MAX = 600_000

const loadOptions = (options: CommandOptions, url: string): LoadOptions => {
  const { buyers, rate } = options
  const overMs = rate === undefined ? (options.over ?? OVER_MS) : Math.ceil((buyers / rate) * 1000)
  if (overMs > OVER_MS_MAX)
    throw new CommandError(`--rate ${rate}: ${buyers} buyers would come for too long`, EXIT.usage)
  return {
    url,
    ownHost: options.iOwnThisHost ?? false,
    saleId: options.sale,
    units: options.units ?? UNITS,
    buyers,
    firstBuyer: options.from,
    overMs,
    retriesMax: options.retries,
    againShare: options.again,
    cancelShare: options.cancel,
    chaseMs: options.chase,
    connections: options.connections,
    seed: options.seed ?? randomInt(2 ** 32),
    answersFile: options.answers,
    databaseFile: options.database,
  }
}
