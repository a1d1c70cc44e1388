// seckill start: every role in one process, until it is told to stop.

import type { Command } from 'commander'
import packageFile from '../../package.json' with { type: 'json' }
import { type Config, readConfig } from '../config.ts'
import { SETTINGS } from '../config/settings.ts'
import type { Running } from '../processes/start.ts'
import { runProcess } from './run-process.ts'
import { table } from './table.ts'

export const startCommand = (program: Command) => {
  program
    .command('start')
    .description('run the engine: gateway, order worker and keeper in one process')
    .addHelpText('after', HELP)
    .action(start)
}

const HELP = `
Settings come from the environment or from a file .env; docs/operations.md lists them.

Examples:
  seckill start
  SECKILL_PORT=8080 SECKILL_DATA=/var/lib/seckill seckill start`

const start = () => {
  const config = readConfig()
  return runProcess(config, { greeting: (running) => greeting(running, config) })
}

const greeting = (running: Running, config: Config): string => {
  const { url, operationsUrl, credentials, demo } = running
  const { generatedAdminKey } = credentials
  const rows = [['open', `${url}/`]]
  if (demo) rows.push(['demo sale', `${url}/sales/${demo.saleId}/, opens ${opening(demo)}`])
  if (operationsUrl !== undefined) rows.push(['operations', `${operationsUrl}/metrics`])
  if (generatedAdminKey !== undefined) rows.push(['admin key', generatedAdminKey])
  const next = demo ? `audit ${demo.saleId}` : 'sale list'
  rows.push(['next', nextCommand(next, { url, config })])
  return `seckill ${packageFile.version} is running at ${url}\n\n${table(rows)}\n`
}

// Ready to paste: it finds this server and its key also when they are not where they usually are.
const nextCommand = (command: string, { url, config }: { url: string; config: Config }): string => {
  const { SECKILL_DATA: folder, SECKILL_PORT: port } = config
  const key = folder === SETTINGS.SECKILL_DATA.fallback ? '' : `SECKILL_DATA=${folder} `
  const there = String(port) === SETTINGS.SECKILL_PORT.fallback ? '' : ` --url ${url}`
  return `${key}npx seckill ${command}${there}`
}

const opening = ({ startsAtMs }: { startsAtMs: number }): string =>
  `in ${Math.ceil((startsAtMs - Date.now()) / 1000)} s`
