// npm run campaign [-- --minutes 10 --seed 7]: whole clusters are broken. Without options first by hand, one
// fault after the other, each in a test file of its own (`--suites`: nothing else), then at random; with a
// time or a seed at random alone. A long campaign is run from a clone: processes are started again and again from the sources as they are then.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { kafkaProgram } from '../support/kafka-server.ts'
import { mariadbProgram } from '../support/mariadb-server.ts'
import { redisProgram } from '../support/redis-server.ts'
import { faultsOf, randomCampaign } from './random-campaign.ts'
import { keepCampaign, reportOf } from './report.ts'

const ROOT = join(import.meta.dirname, '../..')
const TEST = ['--test', '--test-global-setup=test/support/servers.ts']

// Attacks have the machine to themselves.
const CLUSTERS = ['test/{faults,journeys}/cluster/*.test.ts', 'test/alerts/told/*.test.ts']
const SUITES = [
  ['--test-concurrency=3', ...TEST, ...CLUSTERS],
  [...TEST, 'test/edge/attacks/*.test.ts'],
]

// Of breaking: starting and judging take as long again.
const SHORT_MINUTES = 0.2

const USAGE =
  'npm run campaign -- --suites, or npm run campaign -- --minutes 10 --seed 7 [--only PATTERN] [--json FILE]'

// Refused in one line.
class Misunderstood extends Error {}

interface Asked {
  minutes: number
  seed: number
  only?: string // faults whose names match
}

const readArguments = () => {
  const { values } = parsed()
  const minutes = Number(values.minutes ?? SHORT_MINUTES)
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31))
  if (!(minutes > 0)) throw new Misunderstood(`--minutes ${values.minutes} is no time`)
  if (!Number.isSafeInteger(seed))
    throw new Misunderstood(`--seed ${values.seed} is no whole number`)
  const asked: Asked = { minutes, seed, ...(values.only && { only: values.only }) }
  if (faultsOf(asked.only).length === 0) throw new Misunderstood(`no fault is like ${asked.only}`)
  const isKept = values.minutes !== undefined || values.json !== undefined
  const { suites = false, ...random } = values
  const isRandomOnly = Object.keys(random).length > 0
  if (suites && isRandomOnly) throw new Misunderstood('--suites goes with nothing else')
  return { asked, file: values.json, isKept, isRandomOnly, isSuitesOnly: suites }
}

const parsed = () => {
  try {
    return parseArgs({
      options: {
        minutes: { type: 'string' },
        seed: { type: 'string' },
        only: { type: 'string' },
        suites: { type: 'boolean' },
        json: { type: 'string' }, // instead of bench/results/campaign-SEED.json
      },
    })
  } catch (error) {
    throw new Misunderstood((error as Error).message)
  }
}

// All of them, also when one has failed. The exit code of the last that did.
const runSuites = async (): Promise<number> => {
  let failed = 0
  for (const suite of SUITES) {
    const child = spawn(process.execPath, suite, { cwd: ROOT, stdio: 'inherit' })
    const [code] = (await once(child, 'exit')) as [number | null]
    if (code !== 0) failed = code ?? 1
  }
  return failed
}

const NEEDS = {
  'redis-server': redisProgram,
  'Kafka, or no Java for it': kafkaProgram,
  mariadbd: mariadbProgram,
}

const runRandom = async ({ asked, file, isKept }: ReturnType<typeof readArguments>) => {
  const missing = Object.entries(NEEDS).find(([, program]) => program() === undefined)
  if (missing) {
    console.log(`no random campaign: there is no ${missing[0]}; "npm run servers" installs it`)
    return isKept || process.env.CI === 'true' ? 1 : 0
  }
  console.log(`a random campaign of ${asked.minutes} minutes, seed ${asked.seed}`)
  const forMs = asked.minutes * 60_000
  const campaign = await randomCampaign({ ...asked, forMs, says: console.log })
  for (const line of reportOf(campaign, asked)) console.log(line)
  if (isKept) await keepCampaign(campaign, { ...asked, file })
  return campaign.violations.length === 0 ? 0 : 1
}

try {
  const read = readArguments()
  const bySuites = read.isRandomOnly ? 0 : await runSuites()
  const byChance = read.isSuitesOnly ? 0 : await runRandom(read)
  process.exitCode = bySuites || byChance
} catch (error) {
  if (!(error instanceof Misunderstood)) throw error
  console.error(`${error.message.replaceAll('\n', ' ')}: ${USAGE}`)
  process.exitCode = 2
}
