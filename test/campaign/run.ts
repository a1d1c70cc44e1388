// npm run campaign [-- --minutes 10 --seed 7]: whole clusters are broken. Without options first by hand, one
// fault after the other, each in a test file of its own, with the alerts that faults cause (`--suites`:
// nothing else), then at random; with a time or a seed at random alone. A long campaign is run from a clone:
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
const SUITES = [
  '--test',
  '--test-global-setup=test/support/servers.ts',
  '--test-concurrency=4',
  'test/{faults,journeys}/cluster/*.test.ts',
  'test/alerts/told/*.test.ts',
]

const runSuites = async (): Promise<number> => {
  const child = spawn(process.execPath, SUITES, { cwd: ROOT, stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
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
  const bySuites = asked.isRandomOnly ? 0 : await runSuites()
  const byChance = asked.isSuitesOnly ? 0 : await runRandom(asked)
  process.exitCode = bySuites || byChance
} catch (error) {
  if (!(error instanceof Misunderstood)) throw error
  console.error(`${error.message}: ${USAGE}`)
  process.exitCode = 2
}
