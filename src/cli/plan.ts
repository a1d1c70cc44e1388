// seckill plan: what a sale of some size needs, from what was measured of a core; and, with --simulate, how
// its buyers would fare. It asks no server and changes nothing.

import { type Command, InvalidArgumentError, Option } from 'commander'
import { readFileSync, writeFileSync } from 'node:fs'
import { SETTINGS } from '../config/settings.ts'
import {
  FIGURES,
  FIGURE_NAMES,
  type FigureName,
  figuresOf,
  type Measured,
  OURS,
  readMeasured,
} from '../plan/figures.ts'
import { planPicture } from '../plan/picture/plan-picture.ts'
import { simulationPicture, simulationTitle } from '../plan/picture/simulation-picture.ts'
import { type Plan, plan, raisedFor } from '../plan/plan.ts'
import { planSections, planTitle, type Section } from '../plan/plan-report.ts'
import { funnelOf } from '../plan/simulation/funnel.ts'
import { simulate } from '../plan/simulation/simulate.ts'
import { simulationSections } from '../plan/simulation-report.ts'
import { duration, share, whole } from './arguments.ts'
import { CommandError, EXIT } from './exit.ts'
import { table } from './table.ts'

interface CommandOptions extends Partial<Record<FigureName, number>> {
  attempts: number
  seconds: number
  buyers: number
  units: number
  headroom: number
  zones: number
  zonesLost: number
  edgeCores: number
  gatewayCores: number
  kafkaCores: number
  acceptWithin: number
  recordWithin: number
  saleLimit: number
  globalLimit: number
  segments: number
  measured?: string
  json?: true
  picture?: string
  simulate?: true
  clickEvery?: number
  loseGateway: number | false
  loseRedis: number | false
  cancel: number
  seed: number
}

// 1e6 and 1000000 alike.
const amount =
  ({ min, max }: { min: number; max: number }) =>
  (text: string): number => {
    const value = Number(text)
    if (/^[0-9]+(\.[0-9]+)?(e[0-9]+)?$/i.test(text) && value >= min && value <= max) return value
    throw new InvalidArgumentError(`Expected a number from ${min} to ${max}, like 10000 or 1e6.`)
  }

const HEADROOM_MAX = 0.9

const headroom = (text: string): number => {
  const value = share(text)
  if (value <= HEADROOM_MAX) return value
  throw new InvalidArgumentError(`Expected a share from 0 to ${HEADROOM_MAX}, like 0.3.`)
}

const cores = whole({ min: 1, max: 1024 })
const setting = (name: keyof typeof SETTINGS): number => Number(SETTINGS[name].fallback)

export const planCommand = (program: Command) => {
  const command = program
    .command('plan')
    .description('what a sale of some size needs: machines, network, memory, storage')
  saleOptions(command)
  termOptions(command)
  simulationOptions(command)
  for (const name of FIGURE_NAMES) {
    const { unit, meaning } = FIGURES[name]
    command.addOption(
      new Option(`--${optionOf(name)} <number>`, `${unit}: ${meaning}`).argParser(
        amount({ min: 0.001, max: 1e12 }),
      ),
    )
  }
  command.addHelpText('after', HELP).action(run)
}

const optionOf = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

const saleOptions = (command: Command) =>
  command
    .option('--attempts <number>', 'a second, at the busiest', amount({ min: 1, max: 1e9 }), 1e6)
    .option('--seconds <number>', 'for so long', whole({ min: 1, max: 600 }), 60)
    .option('--buyers <number>', 'who attempt', amount({ min: 1, max: 1e10 }), 5e6)
    .option('--units <number>', 'of the sale', amount({ min: 1, max: 10_000_000 }), 10_000)
    .option('--json', 'print JSON, for programs')
    .option('--picture <file>', 'draw it there, as SVG')
    .option('--measured <file>', 'figures of your own, in the shape of src/plan/measured.json')

const termOptions = (command: Command) =>
  command
    .option('--headroom <share>', 'of every core that is kept free', headroom, 0.3)
    .option('--zones <count>', 'that machines stand in', whole({ min: 1, max: 10 }), 3)
    .option('--zones-lost <count>', 'that may fail at once', whole({ min: 0, max: 9 }), 1)
    .option('--edge-cores <count>', 'of a machine', cores, 8)
    .option('--gateway-cores <count>', 'of a machine, with a process each', cores, 8)
    .option('--kafka-cores <count>', 'of a broker', cores, 4)
    .option('--accept-within <time>', 'all units are promised', duration, 1000)
    .option('--record-within <time>', 'all orders are recorded', duration, 10_000)
    .option(
      '--sale-limit <number>',
      'attempts/s of the sale (SECKILL_SALE_PER_SECOND)',
      amount({ min: 1, max: 1e9 }),
      setting('SECKILL_SALE_PER_SECOND'),
    )
    .option(
      '--global-limit <number>',
      'attempts/s of all (SECKILL_GLOBAL_PER_SECOND)',
      amount({ min: 1, max: 1e9 }),
      setting('SECKILL_GLOBAL_PER_SECOND'),
    )
    .option('--segments <count>', 'of the sale', whole({ min: 1, max: 100 }), 1)

const simulationOptions = (command: Command) =>
  command
    .option('--simulate', 'let the buyers of the plan come, in a model')
    .option('--click-every <time>', 'how often a buyer tries (buyers by attempts)', duration)
    .option(
      '--lose-gateway <second>',
      'a machine of gateways is lost then',
      whole({ min: 0, max: 600 }),
      20,
    )
    .option('--no-lose-gateway', 'none is lost')
    .option(
      '--lose-redis <second>',
      'a primary of Redis is lost then',
      whole({ min: 0, max: 600 }),
      30,
    )
    .option('--no-lose-redis', 'none is lost')
    .option(
      '--cancel <share>',
      'of orders that are cancelled again, within half a minute',
      share,
      0.05,
    )
    .option(
      '--seed <number>',
      'the same seed, the same course',
      whole({ min: 0, max: 2 ** 32 - 1 }),
      1,
    )

const HELP = `
Without options it plans the sale this engine was designed for. Every figure says whether it was measured (by
which run), assumed (why), or given by you; docs/capacity.md explains them, and what the model leaves out.

Examples:
  seckill plan
  seckill plan --attempts 2e5 --buyers 1e6 --units 2000 --headroom 0.5
  seckill plan --attempts 1e6 --gateway-attempts-per-core 80000 --json
  seckill plan --measured ours.json --picture plan.svg
  seckill plan --simulate --picture minute.svg
  seckill plan --simulate --sale-limit 1e6 --segments 3`

const run = (options: CommandOptions) => {
  const { zones, zonesLost, picture } = options
  if (zonesLost >= zones)
    throw usage(`--zones-lost ${zonesLost}: of ${zones} zones at least one must be left`)
  if (picture !== undefined) write(picture, '')
  const planned = plan({
    sale: saleOf(options),
    terms: termsOf(options),
    limits: limitsOf(options),
    figures: figuresOf({ measured: measuredOf(options.measured), given: options }),
  })
  if (options.simulate) showCourses(planned, options)
  else showPlan(planned, options)
}

const showPlan = (planned: Plan, { json, picture }: CommandOptions) => {
  if (picture !== undefined) write(picture, planPicture(planned))
  if (json) return console.log(JSON.stringify(planned))
  print(planTitle(planned), planSections(planned))
  for (const { about, text } of planned.warnings) console.log(`\n! ${about}: ${text}`)
}

// As the settings are; and, where these keep the sale from its rate, as the plan would have them.
const showCourses = (planned: Plan, options: CommandOptions) => {
  const limits = [planned.limits, raisedFor(planned)]
  const courses = limits.flatMap((one, at) => {
    if (at > 0 && JSON.stringify(one) === JSON.stringify(limits[0])) return []
    return simulate(funnelOf({ ...planned, limits: one }, courseOf(options)))
  })
  const { json, picture } = options
  if (picture !== undefined) write(picture, simulationPicture(simulationTitle(courses), courses))
  if (json) console.log(JSON.stringify({ plan: planned, courses }))
  else print(planTitle(planned), simulationSections(courses))
  process.exitCode = courses.every(({ isExact }) => isExact) ? EXIT.good : EXIT.no
}

const print = (title: string, sections: Section[]) => {
  console.log(title)
  for (const section of sections) console.log(`\n${section.title}\n${table(section.rows)}`)
}

const saleOf = ({ attempts, seconds, buyers, units }: CommandOptions) => ({
  attemptsPerSecond: attempts,
  forMs: seconds * 1000,
  buyers: Math.round(buyers),
  units: Math.round(units),
})

const termsOf = (options: CommandOptions) => {
  const { headroom: kept, zones, zonesLost, edgeCores, gatewayCores, kafkaCores } = options
  const { acceptWithin: acceptWithinMs, recordWithin: recordWithinMs } = options
  const machines = { edgeCores, gatewayCores, kafkaCores }
  return { headroom: kept, zones, zonesLost, ...machines, acceptWithinMs, recordWithinMs }
}

const courseOf = ({ clickEvery, loseGateway, loseRedis, cancel, seed }: CommandOptions) => {
  const atMs = (second: number | false) => (second === false ? undefined : second * 1000)
  return {
    seed,
    clickEveryMs: clickEvery,
    gatewayLostAtMs: atMs(loseGateway),
    redisLostAtMs: atMs(loseRedis),
    cancelled: cancel,
    burst: setting('SECKILL_SALE_BURST') / setting('SECKILL_SALE_PER_SECOND'),
    connections: setting('SECKILL_CONNECTIONS_MAX'),
  }
}

const limitsOf = (options: CommandOptions) => ({
  salePerSecond: options.saleLimit,
  globalPerSecond: options.globalLimit,
  buyersMax: setting('SECKILL_BUYERS_MAX'),
  winnersMax: setting('SECKILL_WINNERS_MAX'),
  challengeAfter: setting('SECKILL_CHALLENGE_AFTER'),
  connectionsMax: setting('SECKILL_CONNECTIONS_MAX'),
  partitions: setting('SECKILL_QUEUE_PARTITIONS'),
  segments: options.segments,
})

const measuredOf = (file: string | undefined): Measured => {
  if (file === undefined) return OURS
  const read = readMeasured(textOf(file))
  if ('measured' in read) return read.measured
  throw usage(`--measured ${file}: ${read.fault}`)
}

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw usage(`--measured ${file} cannot be read: ${(error as Error).message}`)
  }
}

const write = (file: string, text: string) => {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw usage(`--picture ${file} cannot be written: ${(error as Error).message}`)
  }
}

const usage = (message: string) => new CommandError(message, EXIT.usage)
