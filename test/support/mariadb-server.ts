// A real MariaDB as a child process, on a free port and over a folder of its own, for tests that pause
// it, kill it and start it again. Durable as a shop's must be; small, because there may be several.

import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createConnection } from 'mysql2/promise'
import { askUntil } from './ask-redis.ts'
import { freePort } from './free-port.ts'
import { type Launched, launchServer, onPath, serverLog } from './launch-server.ts'
import type { Exited } from './server.ts'

export interface MariadbOptions {
  folder?: string // is left there; a temporary one goes with the server
  port?: number
  args?: string[] // over the defaults below, like ['--read-only=1']
}

export interface MariadbServer extends AsyncDisposable {
  url: string // mysql://root@127.0.0.1:port, without a database
  port: number
  folder: string
  readonly processId: number // of the last start, like `exited`
  readonly exited: Promise<Exited>
  signal(name: NodeJS.Signals): void
  restart(of?: { args?: string[] }): Promise<void> // on the same port; killed first if it runs
  stop(): Promise<void>
}

export const startMariadb = async (options: MariadbOptions = {}): Promise<MariadbServer> => {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'seckill-mariadb-')))
  const port = options.port ?? (await freePort())
  const place = { folder, port }
  let last: Launched | undefined
  const end = async () => {
    last?.signal('SIGKILL')
    await last?.exited
  }
  const stop = async () => {
    await end()
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
  }
  try {
    await install(folder)
    last = await start(place, options.args)
  } catch (error) {
    await stop()
    throw error
  }
  return {
    ...place,
    url: `mysql://root@127.0.0.1:${port}`,
    get processId() {
      return last!.processId
    },
    get exited() {
      return last!.exited
    },
    signal: (name) => last!.signal(name),
    async restart({ args = options.args } = {}) {
      await end()
      last = await start(place, args)
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

// Undefined where it is not installed.
export const mariadbProgram = (): string | undefined => onPath('mariadbd')

const missing = () => new Error('there is no mariadbd: "npm run servers" installs it')

const USER = ['--user=root']

const install = async (folder: string): Promise<void> => {
  const installer = onPath('mariadb-install-db')
  if (!installer) throw missing()
  await promisify(execFile)(installer, [
    '--no-defaults',
    ...USER,
    `--datadir=${join(folder, 'data')}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
    '--skip-name-resolve',
    '--innodb-log-file-size=16M',
  ])
}

interface Place {
  folder: string
  port: number
}

const LIMIT = { withinMs: 20_000 }

const start = async (place: Place, args: string[] = []): Promise<Launched> => {
  const program = mariadbProgram()
  if (!program) throw missing()
  const launched = launchServer([program, ...argumentsOf(place), ...args], place.folder)
  const look = async () => (launched.hasEnded() ? 'ended' : ((await answers(place)) ?? 'not-yet'))
  try {
    const limit = { ...LIMIT, wanted: 'mariadbd answers' }
    if ((await askUntil(look, (state) => state !== 'not-yet', limit)) === 'answers') return launched
  } catch {
    launched.signal('SIGKILL')
    await launched.exited
  }
  throw new Error(`mariadbd did not start: ${serverLog(place.folder)}`)
}

// Somebody else's server may answer on a port that this one did not get.
const answers = async ({ folder, port }: Place): Promise<'answers' | undefined> => {
  const connection = await createConnection({ host: '127.0.0.1', port, user: 'root' })
  try {
    const [rows] = await connection.query<never[]>('select @@datadir as folder')
    const [row] = rows as { folder: string }[]
    return row!.folder.startsWith(folder) ? 'answers' : undefined
  } finally {
    await connection.end()
  }
}

const argumentsOf = ({ folder, port }: Place): string[] => [
  '--no-defaults',
  ...USER,
  `--datadir=${join(folder, 'data')}`,
  `--tmpdir=${folder}`, // one that starts deletes what others have in the same
  `--socket=${join(folder, 'socket')}`,
  `--pid-file=${join(folder, 'pid')}`,
  `--port=${port}`,
  '--bind-address=127.0.0.1',
  '--skip-name-resolve',
  '--server-id=1',
  '--log-bin=binlog',
  '--sync-binlog=1',
  '--innodb-flush-log-at-trx-commit=1',
  '--innodb-buffer-pool-size=128M',
  '--innodb-log-file-size=64M',
  '--max-connections=500',
  '--performance-schema=off',
]
