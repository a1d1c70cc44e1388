// A real MariaDB as a child process, on a free port and over a folder of its own, for tests that pause
// it, kill it and start it again. Durable as a shop's must be; small, because there may be several.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createConnection } from 'mysql2/promise'
import { freePort } from './free-port.ts'
import { type Launched, launchServer, onPath } from './launch-server.ts'
import { type OwnServer, startOwnServer } from './own-server.ts'

export interface MariadbOptions {
  folder?: string // is left there; a temporary one goes with the server
  port?: number
  args?: string[] // over the defaults below, like ['--read-only=1']
}

export interface MariadbServer extends OwnServer {
  url: string // mysql://root@127.0.0.1:port, without a database
  port: number
  restart(of?: { args?: string[] }): Promise<void> // on the same port; killed first if it runs
}

export const startMariadb = (options: MariadbOptions = {}): Promise<MariadbServer> =>
  startOwnServer({ name: 'mariadb', folder: options.folder }, async ({ folder, begin }) => {
    const port = options.port ?? (await freePort())
    const place = { folder, port }
    await install(folder)
    await begin(() => start(place, options.args))
    return {
      port,
      url: `mysql://root@127.0.0.1:${port}`,
      restart: ({ args = options.args } = {}) => begin(() => start(place, args)),
    }
  })

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
  return launchServer([program, ...argumentsOf(place), ...args], {
    name: 'mariadbd',
    folder: place.folder,
    ...LIMIT,
    answers: () => answers(place),
  })
}

const answers = async ({ folder, port }: Place): Promise<boolean> => {
  const connection = await createConnection({ host: '127.0.0.1', port, user: 'root' })
  try {
    const [rows] = await connection.query<never[]>('select @@datadir as folder')
    const [row] = rows as { folder: string }[]
    return row!.folder.startsWith(folder)
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
