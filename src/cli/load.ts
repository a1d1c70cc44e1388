// seckill load: a herd of buyers on a running server, and whether every promise was kept; or, with
// --saturate, how much the server answers.

import { type Command, InvalidArgumentError, Option } from 'commander'
import { randomInt } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { CURVES, type Curve } from '../load/buyers/arrivals.ts'
import type { Strategy } from '../domain/sale.ts'
import type { LoadOptions } from '../load/load.ts'
import type { SaturateOptions } from '../load/saturation/saturate.ts'
import { readConfig } from '../config.ts'
import { type Api, serverApi } from './api.ts'
import { id, share, whole } from './arguments.ts'
import { CommandError, EXIT } from './exit.ts'
import { strategyOptions } from './sale-terms.ts'

interface CommandOptions {
  url?: string[]
  json?: true
  spread?: true
  buyers?: number
  units?: number
  payWithin?: number
  strategy?: Strategy
  segments?: number
  sale?: string
  from: number
  curve: Curve
  seconds?: number
  rate?: number
  early: number
  retry: number
  retries: number
  again: number
  cancel: number
  unpaid: number
  within: number
  processes: number
  connections: number
  seed?: number
  saturate?: true
  report?: string
  html?: string
  answers?: string
  database?: string | true
  iOwnThisHost?: true
}

const seconds = (text: string): number => {
  const value = Number(text)
  if (/^[0-9]*\.?[0-9]+$/.test(text) && value >= 0.001 && value <= 3600) return value
  throw new InvalidArgumentError('Expected seconds from 0.001 to 3600, like 0.5 or 60.')
}

const HERD_ONLY = ['rate', 'curve', 'early', 'retry', 'retries', 'again', 'cancel', 'unpaid']
const HERD_ONLY_TOO = ['within', 'payWithin', 'seed', 'spread', 'answers', 'database']

const urls = (text: string, before: string[] = []): string[] => [...before, ...text.split(',')]

export const loadCommand = (program: Command) => {
  const load = program.command('load').description('send a herd of buyers and check every promise')
  load
    .option('--url <url>', 'a gateway; several times or with commas: all of one deployment', urls)
    .option('--json', 'print JSON, for programs')
  saleOptions(load)
  herdOptions(load)
  load
    .option('--processes <count>', 'generators', whole({ min: 1, max: 64 }), 1)
    .option('--connections <count>', 'at most, of all', whole({ min: 1, max: 50_000 }), 256)
    .addOption(
      new Option(
        '--saturate',
        'each connection asks as soon as it was answered; no herd',
      ).conflicts([...HERD_ONLY, ...HERD_ONLY_TOO]),
    )
    .option('--report <file>', 'write the result there as JSON')
    .option('--html <file>', 'write it there as a page with plots')
    .option('--answers <file>', 'write every answer there, for the auditor')
    .option(
      '--database [place]',
      "the server's seckill.db, or mysql://…,mysql://… (SECKILL_STORE_URL, if it is not said): the independent auditor has a word",
    )
    .option('--i-own-this-host', 'load another machine than this one')
    .addHelpText('after', HELP)
    .action(run)
}

const saleOptions = (load: Command) =>
  strategyOptions(load)
    .option('--sale <id>', 'come to this sale instead of making one', id)
    .option('--units <count>', 'of the sale it makes (1000)', whole({ min: 1, max: 10_000_000 }))
    .option('--pay-within <ms>', 'of the sale it makes', whole({ min: 1000, max: 604_800_000 }))
    .option('--buyers <count>', 'how many come', whole({ min: 1, max: 1_000_000 }))
    .option('--from <buyer>', 'id of the first buyer', whole({ min: 1, max: 2 ** 52 }), 1)

const herdOptions = (load: Command) =>
  load
    .addOption(new Option('--curve <curve>', 'how they come').choices(CURVES).default('step'))
    .option('--seconds <seconds>', 'for so long (1)', seconds)
    .option('--rate <attempts>', 'or: so many a second', whole({ min: 1, max: 1_000_000 }))
    .option('--early <share>', 'buyers who click before the start', share, 0.02)
    .option('--retry <share>', 'buyers who come back after a no', share, 1)
    .option('--retries <count>', 'how often at most', whole({ min: 0, max: 100 }), 5)
    .option('--again <share>', 'buyers with an order who ask again', share, 0.2)
    .option('--cancel <share>', 'buyers with a new order who cancel it', share, 0.1)
    .option('--unpaid <share>', 'buyers with a new order who never pay', share, 0)
    .option('--within <seconds>', 'give up so long after the last arrival', seconds, 120)
    .option('--spread', 'who asks again asks any gateway, and not its own')
    .option('--seed <number>', 'the same seed, the same herd', whole({ min: 0, max: 2 ** 32 - 1 }))

const HELP = `
Two of --buyers, --seconds and --rate say the third. Curves: step (constant), ramp (from nothing, ever
more), herd (two thirds in the first fifth of the time, then ever fewer). All shares are 0 to 1 and
drawn from the seed. Who neither cancels nor abandons an order pays it. With --unpaid, orders of the
sale it makes are to be paid within 5 s, unless --pay-within says otherwise.

Latency counts from the instant at which an attempt was planned. Late are attempts sent more than 10 ms
after it; dropped are those never sent, because no connection was free within 10 s.

Each buyer asks one gateway, by its id, and goes to the next when that one cannot be reached.

Ends with 0 when every promise was kept, with 1 when one was broken. docs/load.md has more.

Examples:
  seckill load --buyers 20000 --units 1000 --curve herd --seconds 5
  seckill load --buyers 5000 --units 500 --cancel 0.2 --unpaid 0.2 --pay-within 2000 --html load.html
  seckill load --rate 2000 --seconds 30 --sale 7 --processes 2 --json
  seckill load --buyers 20000 --units 1000 --database data/seckill.db
  seckill load --buyers 50000 --units 20000 --strategy segmented --segments 32
  seckill load --url http://127.0.0.1:3001,http://127.0.0.1:3002 --buyers 50000 --units 5000 --database
  seckill load --saturate --connections 64 --seconds 10`

interface Shown {
  api: Api
  json: true | undefined
}

interface Ended {
  result: { good: boolean }
  text: () => string
  page: () => string
}

const run = async (options: CommandOptions) => {
  const wanted = options.saturate ? saturationOf(options) : herdOf(options)
  const api = serverApi(options)
  refuseFewer(options, api.urls.length)
  for (const file of [options.report, options.html]) if (file !== undefined) write(file, '')
  const { result, text, page } = await ('forMs' in wanted
    ? runSaturation({ ...wanted, urls: api.urls }, { api, json: options.json })
    : runHerd({ ...wanted, urls: api.urls }, { api, json: options.json }))
  if (options.report !== undefined) write(options.report, `${JSON.stringify(result)}\n`)
  if (options.html !== undefined) write(options.html, page())
  console.log(options.json ? JSON.stringify(result) : `\n${text()}`)
  process.exitCode = result.good ? EXIT.good : EXIT.no
}

// The other commands do without undici: what needs it is loaded here.
const runHerd = async (herd: LoadOptions, { api, json }: Shown): Promise<Ended> => {
  const { load } = await import('../load/load.ts')
  const { report } = await import('../load/outcome/report.ts')
  const { herdPage } = await import('../load/page/herd-page.ts')
  const { progressLine } = await import('../load/progress.ts')
  const { show, clear } = progressLine(process.stderr)
  const say = (line: string) => {
    clear()
    if (!json) console.error(line)
  }
  try {
    const result = await load(herd, { api, say, show })
    return { result, text: () => report(result), page: () => herdPage(result) }
  } finally {
    clear()
  }
}

const runSaturation = async (of: SaturateOptions, { api, json }: Shown): Promise<Ended> => {
  const { saturate } = await import('../load/saturation/saturate.ts')
  const { saturationReport } = await import('../load/saturation/saturation-report.ts')
  const { saturationPage } = await import('../load/page/saturation-page.ts')
  const say = (line: string) => void (json || console.error(line))
  const result = await saturate(of, { api, say })
  return { result, text: () => saturationReport(result), page: () => saturationPage(result) }
}

const SATURATING = { buyers: 20_000, units: 1, seconds: 10 }

const saturationOf = (options: CommandOptions): Omit<SaturateOptions, 'urls'> => {
  const { buyers, units, seconds: lasts } = { ...SATURATING, ...options }
  return { ...sameOf(options), buyers, units, forMs: lasts * 1000 }
}

const UNITS = 1000
const UNPAID_WITHIN_MS = 5000

const herdOf = (options: CommandOptions): Omit<LoadOptions, 'urls'> => {
  const { early, retry, again, cancel, unpaid, payWithin } = options
  if (cancel + unpaid > 1) throw usage('--cancel and --unpaid: together they are more than 1')
  return {
    ...sameOf(options),
    ...comingOf(options),
    units: options.units ?? UNITS,
    payWithinMs: payWithin ?? (unpaid > 0 ? UNPAID_WITHIN_MS : undefined),
    curve: options.curve,
    shares: { early, retry, again, cancel, unpaid },
    retriesMax: options.retries,
    withinMs: options.within * 1000,
    seed: options.seed ?? randomInt(2 ** 32),
    answersFile: options.answers,
    spread: options.spread ?? false,
    database: options.database === true ? storeUrl() : options.database,
  }
}

// What a herd and a saturation have in common.
const sameOf = (options: CommandOptions) => {
  const { sale: saleId, strategy, segments, processes, connections } = options
  if (saleId !== undefined && options.units !== undefined)
    throw usage('--units is for the sale that load makes; restock yours')
  for (const [option, value] of Object.entries(termsOf(options)))
    if (saleId !== undefined && value !== undefined)
      throw usage(`${option} is for the sale that load makes; yours has its own`)
  const ownHost = options.iOwnThisHost ?? false
  return { ownHost, saleId, strategy, segments, firstBuyer: options.from, processes, connections }
}

// Of connections and generators than there are gateways to ask.
const refuseFewer = (options: CommandOptions, gateways: number) => {
  const { connections, processes, saturate } = options
  const needed = saturate ? processes : processes * gateways
  if (connections < needed)
    throw usage(
      `--connections ${connections}: one for each process and gateway, ${needed} at least`,
    )
  if (saturate && processes < gateways)
    throw usage(`--processes ${processes}: saturated, a process asks one gateway of ${gateways}`)
}

const storeUrl = (): string => {
  const { SECKILL_STORE_URL: store } = readConfig()
  if (store[0] !== 'sqlite:') return store.join(',')
  throw usage('--database: say which file, or set SECKILL_STORE_URL=mysql://…')
}

const termsOf = ({ payWithin, strategy, segments }: CommandOptions) => {
  return { '--pay-within': payWithin, '--strategy': strategy, '--segments': segments }
}

const BUYERS_MAX = 1_000_000
const SECONDS_MAX = 3600

// How many come, and for how long.
const comingOf = ({ buyers, seconds: lasts, rate }: CommandOptions) => {
  if (buyers === undefined && (lasts === undefined || rate === undefined))
    throw usage('say how many come: --buyers, or --rate and --seconds')
  if (buyers !== undefined && lasts !== undefined && rate !== undefined)
    throw usage('--buyers, --seconds and --rate: say two, they give the third')
  const come = buyers ?? Math.round(rate! * lasts!)
  const over = lasts ?? (rate === undefined ? 1 : come / rate)
  if (come < 1 || come > BUYERS_MAX)
    throw usage(`--rate ${rate} for ${lasts} s: expected 1 to ${BUYERS_MAX} buyers, not ${come}`)
  if (over > SECONDS_MAX)
    throw usage(`--rate ${rate}: ${come} buyers would come for more than an hour`)
  return { buyers: come, overMs: over * 1000 }
}

const usage = (message: string) => new CommandError(message, EXIT.usage)

const write = (file: string, text: string) => {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new CommandError(`${file} cannot be written: ${(error as Error).message}`, EXIT.usage)
  }
}
