// seckill gateway, worker, keeper: one role as a process of its own. That needs a stock engine, a queue
// and a store that several processes can share.

import type { Command } from 'commander'
import packageFile from '../../package.json' with { type: 'json' }
import { LEGAL_SETS, technologySet } from '../config/technologies.ts'
import { readConfig } from '../config.ts'
import type { RoleName } from '../processes/credentials.ts'
import type { Running } from '../processes/start.ts'
import { CommandError, EXIT } from './exit.ts'
import { runProcess } from './run-process.ts'
import { table } from './table.ts'

const ROLES: Record<RoleName, string> = {
  gateway: 'answer HTTP, in a process of its own (not with SQLite)',
  worker: 'record orders, in a process of its own (not with SQLite)',
  keeper: 'look after sales, in a process of its own (not with SQLite)',
}

export const roleCommands = (program: Command) => {
  for (const [role, description] of Object.entries(ROLES) as [RoleName, string][])
    program
      .command(role)
      .description(description)
      .addHelpText('after', helpOf(role))
      .action(() => run(role))
}

const helpOf = (role: RoleName) => `
Roles run apart only where they share a stock engine, a queue and a store. Legal sets of the three are
${LEGAL_SETS}.
With the last any number of processes of each role may run. Each answers /healthz, /readyz and /metrics at
SECKILL_HOST:SECKILL_PORT, and at SECKILL_OPERATIONS_PORT where that is set. docs/operations.md says how they
are started, and in which order.

Examples:
  SECKILL_PORT=8081 SECKILL_STOCK_URL=redis-cluster://a:6379,b:6379 \\
      SECKILL_QUEUE_URL=kafka://a:9092,b:9092 \\
      SECKILL_STORE_URL=mysql://seckill:password@a/seckill seckill ${role}`

const run = async (role: RoleName) => {
  const config = readConfig()
  if (technologySet(config) !== 'cluster')
    throw new CommandError(
      `a ${role} cannot run apart with SQLite: run "seckill start", which is all roles in one process. ` +
        `Legal sets of SECKILL_STOCK_URL, SECKILL_QUEUE_URL and SECKILL_STORE_URL: ${LEGAL_SETS}; ` +
        'roles run apart with the last',
      EXIT.usage,
    )
  await runProcess(config, { roles: [role], greeting: (running) => greeting(role, running) })
}

const greeting = (role: RoleName, { url, operationsUrl }: Running): string => {
  const rows = [
    ['ready', `${operationsUrl ?? url}/readyz`],
    ['metrics', operationsUrl ? `${operationsUrl}/metrics` : `${url}/metrics, with an admin key`],
  ]
  return `seckill ${packageFile.version} ${role} is running at ${url}\n\n${table(rows)}\n`
}
