// seckill restore: makes a data folder of a backup. The server must not run; its sales come back paused.

import type { Command } from 'commander'
import { readConfig, SETTINGS } from '../config.ts'
import { table } from './table.ts'

interface RestoreOptions {
  from: string
  data?: string
  replace?: true
  json?: true
}

export const restoreCommand = (program: Command) => {
  program
    .command('restore')
    .description('make a data folder of a backup')
    .requiredOption('--from <file>', 'the backup')
    .option('--data <folder>', 'the data folder (default: SECKILL_DATA)')
    .option('--replace', 'put the database that is there aside')
    .option('--json', 'print JSON, for programs')
    .addHelpText('after', HELP)
    .action(restore)
}

const HELP = `
What happened after the backup is lost: docs/operations.md says what that means for buyers. Sales that
are not over come back paused. Look at each, and let it go on with "seckill sale resume".

Examples:
  seckill restore --from /backups/today.db --data /var/lib/seckill
  seckill restore --from /backups/today.db --replace`

const restore = async ({ from, data, replace, json }: RestoreOptions) => {
  const wired = await import('../processes/wire.ts')
  const folder = data ?? readConfig().SECKILL_DATA
  const restored = wired.restore({ from, folder, replace: replace === true, nowMs: Date.now() })
  const { newestAtMs, ...rest } = restored
  const newestAt = new Date(newestAtMs).toISOString()
  if (json) return console.log(JSON.stringify({ ...rest, newestAt }, null, 2))
  const rows = [
    ['newest entry', `${newestAt}: what came later is lost`],
    ['holds', `${restored.sales} sales, ${restored.orders} orders`],
    ['paused', restored.paused.length === 0 ? 'no sale' : `sales ${restored.paused.join(', ')}`],
  ]
  if (restored.aside !== undefined) rows.push(['put aside', restored.aside])
  const there = folder === SETTINGS.SECKILL_DATA.fallback ? '' : `SECKILL_DATA=${folder} `
  const seckill = `${there}npx seckill`
  rows.push(['next', `${there}npm start`])
  for (const saleId of restored.paused.slice(0, SHOWN_MAX))
    rows.push(['', `${seckill} doctor --sale ${saleId}, then ${seckill} sale resume ${saleId}`])
  console.log(`restored ${folder} from ${from}\n\n${table(rows)}`)
}

const SHOWN_MAX = 5
