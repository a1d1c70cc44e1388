// seckill restore: makes a data folder of a backup, or databases that were restored by their own tools
// ones that may go on. No server must run; its sales come back paused.

import type { Command } from 'commander'
import { technologySet } from '../config/technologies.ts'
import { readConfig } from '../config.ts'
import { SETTINGS } from '../config/settings.ts'
import { CommandError, EXIT } from './exit.ts'
import { table } from './table.ts'

interface RestoreOptions {
  from?: string
  data?: string
  replace?: true
  inPlace?: true
  json?: true
}

export const restoreCommand = (program: Command) => {
  program
    .command('restore')
    .description('go on from a backup')
    .option('--from <file>', 'the backup of which a data folder is made')
    .option('--data <folder>', 'the data folder (default: SECKILL_DATA)')
    .option('--replace', 'put the database that is there aside')
    .option('--in-place', 'of a cluster: all databases of SECKILL_STORE_URL were restored')
    .option('--json', 'print JSON, for programs')
    .addHelpText('after', HELP)
    .action((options: RestoreOptions) => (options.inPlace ? inPlace(options) : fromFile(options)))
}

const HELP = `
What happened after the backup is lost: docs/operations.md says what that means for buyers. Sales that
are not over come back paused. Look at each, and let it go on with "seckill sale resume".

Examples:
  seckill restore --from /backups/today.db --data /var/lib/seckill
  seckill restore --from /backups/today.db --replace
  seckill restore --in-place`

interface MadeSafe {
  newestAtMs: number
  paused: string[]
}

const fromFile = async ({ from, data, replace, json }: RestoreOptions) => {
  if (from === undefined)
    throw new CommandError(
      'name the backup with --from FILE; for a cluster: --in-place',
      EXIT.usage,
    )
  const wired = await import('../processes/wire.ts')
  const folder = data ?? readConfig().SECKILL_DATA
  const restored = wired.restore({ from, folder, replace: replace === true, nowMs: Date.now() })
  if (json) return printJson(restored)
  const rows = [
    ...safeRows(restored),
    ['holds', `${restored.sales} sales, ${restored.orders} orders`],
  ]
  if (restored.aside !== undefined) rows.push(['put aside', restored.aside])
  const there = folder === SETTINGS.SECKILL_DATA.fallback ? '' : `SECKILL_DATA=${folder} `
  rows.push(['next', `${there}npm start`], ...resumeRows(restored, `${there}npx seckill`))
  console.log(`restored ${folder} from ${from}\n\n${table(rows)}`)
}

const inPlace = async (options: RestoreOptions) => {
  const config = readConfig()
  if (technologySet(config) !== 'cluster')
    throw new CommandError('--in-place is for a cluster; a data folder: --from FILE', EXIT.usage)
  if (options.from !== undefined || options.data !== undefined || options.replace !== undefined)
    throw new CommandError('--in-place stands alone: a cluster has no data folder', EXIT.usage)
  const { restoreCluster } = await import('../processes/wire/restore.ts')
  const restored = await restoreCluster(config)
  if (options.json) return printJson(restored)
  const { written, returned, recorded, givenUp } = restored.mended
  const rows = [
    ...safeRows(restored),
    ['orders', `${written} of the ledger written again, ${recorded} recorded, ${givenUp} given up`],
    ['units', `of ${returned} orders returned`],
    ['next', 'start keepers, workers and gateways'],
    ...resumeRows(restored, 'npx seckill'),
  ]
  console.log(`the databases may go on\n\n${table(rows)}`)
}

const printJson = ({ newestAtMs, ...rest }: MadeSafe) =>
  console.log(JSON.stringify({ ...rest, newestAt: new Date(newestAtMs).toISOString() }, null, 2))

const safeRows = ({ newestAtMs, paused }: MadeSafe): string[][] => [
  ['newest entry', `${new Date(newestAtMs).toISOString()}: what came later is lost`],
  ['paused', paused.length === 0 ? 'no sale' : `sales ${paused.join(', ')}`],
]

const SHOWN_MAX = 5

const resumeRows = ({ paused }: MadeSafe, seckill: string): string[][] =>
  paused
    .slice(0, SHOWN_MAX)
    .map((id) => ['', `${seckill} doctor --sale ${id}, then ${seckill} sale resume ${id}`])
