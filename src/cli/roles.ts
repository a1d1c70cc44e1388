// seckill gateway, worker, keeper: one role as a process of its own. That needs a stock engine, a queue
// and a store that several processes can share; with what this version knows it refuses.

import type { Command } from 'commander'
import { LEGAL_SETS } from '../config/technologies.ts'
import { readConfig } from '../config.ts'
import { CommandError, EXIT } from './exit.ts'

const ROLES = {
  gateway: 'answer HTTP, in a process of its own (not with SQLite)',
  worker: 'record orders, in a process of its own (not with SQLite)',
  keeper: 'look after sales, in a process of its own (not with SQLite)',
}

export const roleCommands = (program: Command) => {
  for (const [role, description] of Object.entries(ROLES))
    program
      .command(role)
      .description(description)
      .addHelpText('after', HELP)
      .action(() => refuse(role))
}

const HELP = `
Roles run apart only where they share a stock engine, a queue and a store. Legal sets of the three are
${LEGAL_SETS}.
This version knows the first: there every role runs in one process.

Examples:
  seckill start`

const refuse = (role: string) => {
  readConfig() // a wrong setting is said first
  throw new CommandError(
    `a ${role} cannot run apart with SQLite: run "seckill start", which is all roles in one process. ` +
      `Legal sets of SECKILL_STOCK_URL, SECKILL_QUEUE_URL and SECKILL_STORE_URL: ${LEGAL_SETS}; this version knows the first`,
    EXIT.usage,
  )
}
