// seckill doctor: am I ready? Looks at this machine, at the server, and at one sale if it is named. It
// ends with 0 only when nothing fails.

import type { Command } from 'commander'
import { type Config, ConfigError, readConfig } from '../config.ts'
import { type ServerOptions, serverOptions, serverUrl } from './api.ts'
import { id } from './arguments.ts'
import { type Check, fail, ok } from './doctor/check.ts'
import { machineChecks } from './doctor/machine.ts'
import { saleChecks, serverChecks } from './doctor/server.ts'
import { EXIT } from './exit.ts'
import { table } from './table.ts'

type DoctorOptions = ServerOptions & { sale?: string }

export const doctorCommand = (program: Command) => {
  serverOptions(program.command('doctor').description('am I ready? says what to do'))
    .option('--sale <id>', 'and this sale', id)
    .addHelpText('after', HELP)
    .action(doctor)
}

const HELP = `
Looks at the settings, the data folder, the disk and the clock of this machine, and at the server. Ends
with 0 when nothing fails; what is only a warning may be as you want it.

Examples:
  seckill doctor
  seckill doctor --sale 7
  seckill doctor --sale 7 --json`

const doctor = async (options: DoctorOptions) => {
  const config = settings()
  const checks = 'level' in config ? [config] : await allChecks(config, options)
  const ready = checks.every(({ level }) => level !== 'fail')
  if (options.json) console.log(JSON.stringify({ ready, checks }, null, 2))
  else console.log(spelled(checks))
  process.exitCode = ready ? EXIT.good : EXIT.no
}

const settings = (): Config | Check => {
  try {
    return readConfig()
  } catch (error) {
    if (error instanceof ConfigError) return fail('settings', error.message)
    throw error
  }
}

const allChecks = async (config: Config, options: DoctorOptions): Promise<Check[]> => {
  const server = await serverChecks(serverUrl(options, config), options)
  const checks = [ok('settings', 'they can be read'), ...(await machineChecks(config)), ...server]
  const { sale } = options
  return sale === undefined ? checks : [...checks, ...(await saleChecks(options, sale))]
}

const MARKS = { ok: 'ok  ', warn: 'warn', fail: 'FAIL' }

const spelled = (checks: Check[]): string => {
  const rows = checks.map(({ check, level, says }) => [MARKS[level], check, says])
  const count = (wanted: Check['level']) => checks.filter(({ level }) => level === wanted).length
  const [failures, warnings] = [count('fail'), count('warn')]
  const end = failures > 0 ? `not ready: ${failures} fail` : 'ready'
  return `${table(rows, '')}\n\n${end}${warnings > 0 ? `, ${warnings} to look at` : ''}`
}
