// seckill start: every role in one process, until SIGTERM or SIGINT. Then it drains, for as long as
// SECKILL_DRAIN_MS at most; whoever insists with another signal ends it at once.

import type { Command } from 'commander'
import packageFile from '../../package.json' with { type: 'json' }
import { type Config, readConfig, SETTINGS } from '../config.ts'
import type { Running } from '../processes/all.ts'
import { CommandError, EXIT } from './exit.ts'
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

const start = async () => {
  const config = readConfig()
  const asked = askedToStop()
  const { startAll } = await import('../processes/all.ts') // the other commands do without the engine
  const running = await startAll(config).catch((error: unknown) => {
    throw startFailure(error, config)
  })
  console.log(greeting(running, config))
  await asked
  await drain(running, config.SECKILL_DRAIN_MS)
}

const LISTEN_FAULTS: Record<string, string> = {
  EADDRINUSE: 'is in use: stop what uses it, or set SECKILL_PORT to another one (0: any free one)',
  EACCES: 'may not be used by this account: set SECKILL_PORT to one above 1023',
  EADDRNOTAVAIL: 'is not an address of this machine: set SECKILL_HOST to one that is',
  ENOTFOUND: 'is not a name this machine knows: set SECKILL_HOST to an address',
}

const startFailure = (error: unknown, { SECKILL_HOST, SECKILL_PORT }: Config): unknown => {
  const fault = LISTEN_FAULTS[(error as NodeJS.ErrnoException).code ?? '']
  if (fault === undefined) return error
  return new CommandError(`port ${SECKILL_PORT} of ${SECKILL_HOST} ${fault}`, EXIT.no, error)
}

// In a terminal Ctrl-C reaches us twice at once under npm, which passes on what we already got: the
// same signal within this time is the same wish.
const SAME_WISH_MS = 500

const askedToStop = (): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>()
  let first: { signal: string; atMs: number } | undefined
  const wish = (signal: NodeJS.Signals) => {
    const atMs = performance.now()
    if (first === undefined) {
      first = { signal, atMs }
      return resolve()
    }
    if (signal === first.signal && atMs < first.atMs + SAME_WISH_MS) return
    console.error('seckill: stopped at once; what was promised is kept')
    process.exit(EXIT.no)
  }
  process.on('SIGTERM', wish)
  process.on('SIGINT', wish)
  return promise
}

// The timer stays armed until the process is gone, but does not keep it.
const drain = async (running: Running, drainMs: number) => {
  const late = setTimeout(() => {
    console.error(
      `seckill: not drained within SECKILL_DRAIN_MS (${drainMs} ms); what was promised is kept`,
    )
    process.exit(EXIT.no)
  }, drainMs)
  await running.stop()
  late.unref()
}

const greeting = (running: Running, config: Config): string => {
  const { url, credentials, demo } = running
  const { generatedAdminKey } = credentials
  const rows = [['open', `${url}/`]]
  if (demo) rows.push(['demo sale', `${url}/#/sales/${demo.saleId}, opens ${opening(demo)}`])
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
