// npm run campaign [-- --minutes 10 --seed 7]: whole clusters are broken. Without options first by hand, one
// fault after the other, each in a test file of its own (`--suites`: nothing else), then for the alerts they
// cause, then at random; with a time or a seed at random alone. A long campaign is run from a clone:
// processes are started again and again from the sources as they are then.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { kafkaProgram } from '../support/kafka-server.ts'
import { mariadbProgram } from '../support/mariadb-server.ts'
import { redisProgram } from '../support/redis-server.ts'
import { type Asked, Misunderstood, readAsked, USAGE } from './asked.ts'
import { randomCampaign } from './random-campaign.ts'
import { keepCampaign, reportOf } from './report.ts'

const ROOT = join(import.meta.dirname, '../..')
const TEST = ['--test', '--test-global-setup=test/support/servers.ts']

const CLUSTERS = ['--test-concurrency=3', ...TEST, 'test/{faults,journeys}/cluster/*.test.ts']
const ALERTS = ['--test-concurrency=3', ...TEST, 'test/alerts/told/*.test.ts']

// All of them, also when one has failed. The exit code of the last that did.
const runSuites = async (suites: string[][]): Promise<number> => {
  let failed = 0
  for (const suite of suites) {
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

const runRandom = async ({ draw, file, isKept }: Asked) => {
  const missing = Object.entries(NEEDS).find(([, program]) => program() === undefined)
  if (missing) {
    console.log(`no random campaign: there is no ${missing[0]}; "npm run servers" installs it`)
    return isKept || process.env.CI === 'true' ? 1 : 0
  }
  console.log(`a random campaign of ${draw.minutes} minutes, seed ${draw.seed}`)
  const forMs = draw.minutes * 60_000
  const campaign = await randomCampaign({ ...draw, forMs, says: console.log })
  for (const line of reportOf(campaign, draw)) console.log(line)
  if (isKept) await keepCampaign(campaign, { ...draw, file })
  return campaign.violations.length === 0 ? 0 : 1
}

try {
  const asked = readAsked(process.argv.slice(2))
  const suites = asked.isSuitesOnly ? [CLUSTERS] : [CLUSTERS, ALERTS]
  const bySuites = asked.isRandomOnly ? 0 : await runSuites(suites)
  const byChance = asked.isSuitesOnly ? 0 : await runRandom(asked)
  process.exitCode = bySuites || byChance
} catch (error) {
  if (!(error instanceof Misunderstood)) throw error
  console.error(`${error.message}: ${USAGE}`)
  process.exitCode = 2
}
