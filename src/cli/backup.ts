// seckill backup: a copy of the database of this machine's server, which goes on meanwhile.

import type { Command } from 'commander'
import { technologySet } from '../config/technologies.ts'
import { readConfig } from '../config.ts'
import { CommandError, EXIT } from './exit.ts'
import { progress } from './progress.ts'
import { table } from './table.ts'

interface BackupOptions {
  to: string
  data?: string
  json?: true
}

export const backupCommand = (program: Command) => {
  program
    .command('backup')
    .description('copy the database of a running server')
    .requiredOption('--to <file>', 'where the copy goes; an existing file is not overwritten')
    .option('--data <folder>', 'the data folder (default: SECKILL_DATA)')
    .option('--json', 'print JSON, for programs')
    .addHelpText('after', HELP)
    .action(backup)
}

const HELP = `
The copy is whole and checked, and holds everything up to the instant at which it was begun. There are
password hashes in it, but neither the admin key nor the secret that signs purchase tokens: keep those
apart. "seckill restore" makes a data folder of it.

Examples:
  seckill backup --to /backups/seckill-$(date +%F-%H%M).db
  seckill backup --data /var/lib/seckill --to /backups/today.db --json`

const backup = async (options: BackupOptions) => {
  const { json } = options
  const made = await copied(options)
  if (json) return console.log(JSON.stringify(made, null, 2))
  const rows = [
    ['size', `${made.bytes} bytes`],
    ['sha-256', made.sha256],
    ['holds', `${made.sales} sales, ${made.orders} orders`],
    ['tables', `version ${made.schemaVersion}, whole`],
  ]
  console.log(`backed up to ${made.file}\n\n${table(rows)}`)
}

const copied = async ({ to, data, json }: BackupOptions) => {
  const config = readConfig()
  if (data === undefined && technologySet(config) === 'cluster')
    throw new CommandError(
      'a cluster is backed up with the tools of its databases: docs/operations.md says how',
      EXIT.usage,
    )
  const { backUp } = await import('../processes/wire.ts')
  const folder = data ?? config.SECKILL_DATA
  using shown = progress('copying', { quiet: json === true })
  return await backUp({ folder, to, progress: shown.at })
}
