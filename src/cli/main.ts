// The command line: which commands there are. Each stands in a file of its own, says how it is used,
// and does nothing but start a process, ask a running server, or care for the data folder.

import { Command } from 'commander'
import packageFile from '../../package.json' with { type: 'json' }
import { auditCommand } from './audit.ts'
import { backupCommand } from './backup.ts'
import { blockCommand } from './block.ts'
import { buyerCommand } from './buyer.ts'
import { deadLettersCommand } from './dead-letters.ts'
import { doctorCommand } from './doctor.ts'
import { EXIT, failed } from './exit.ts'
import { loadCommand } from './load.ts'
import { orderCommand } from './order.ts'
import { pagesCommand } from './pages.ts'
import { planCommand } from './plan.ts'
import { reconcileCommand } from './reconcile.ts'
import { restoreCommand } from './restore.ts'
import { roleCommands } from './roles.ts'
import { saleCommand } from './sale.ts'
import { startCommand } from './start.ts'
import { tokensCommand } from './tokens.ts'
import { webhookCommand } from './webhook.ts'

export const main = async (argv: string[]): Promise<void> => {
  process.stdout.on('error', (error) => (process.exitCode = failed(error)))
  try {
    await program().parseAsync(argv)
  } catch (error) {
    process.exitCode = failed(error)
  }
}

const program = (): Command => {
  const seckill = new Command('seckill')
    .description(packageFile.description)
    .version(packageFile.version)
    .exitOverride()
    .showHelpAfterError('(add --help for the whole list)')
    .addHelpText('after', EXAMPLES)
  startCommand(seckill)
  roleCommands(seckill)
  saleCommand(seckill)
  orderCommand(seckill)
  buyerCommand(seckill)
  blockCommand(seckill)
  deadLettersCommand(seckill)
  webhookCommand(seckill)
  pagesCommand(seckill)
  tokensCommand(seckill)
  auditCommand(seckill)
  reconcileCommand(seckill)
  loadCommand(seckill)
  planCommand(seckill)
  doctorCommand(seckill)
  backupCommand(seckill)
  restoreCommand(seckill)
  return seckill
}

const EXAMPLES = `
start, gateway, worker, keeper, backup and restore work with what the settings name: the data folder, or
the servers of a cluster. All others talk to a running server, with the admin key of SECKILL_ADMIN_KEY (or the
file SECKILL_ADMIN_KEY_FILE), or else the one that was generated in the data folder.

Exit codes: ${EXIT.good} good; ${EXIT.no} a violation, or the server said no; ${EXIT.usage} wrong arguments or settings; ${EXIT.unreachable} server unreachable.

Examples:
  seckill start
  seckill sale create --title 'Phone, 8 pm' --product-title Phone --list-price 499900 \\
      --price 99900 --stock 1000 --starts-at +5m
  seckill doctor --sale 7
  seckill load --buyers 20000 --units 1000
  seckill audit 7`
