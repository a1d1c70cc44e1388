// A real Redis as a child process, on a free port and over a folder of its own, for tests that pause it,
// kill it and start it again. It keeps nothing on disk unless told to, and never outlives the process
// that started it.

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { askRedis, askUntil, fieldsOf } from './ask-redis.ts'
import { freePort } from './free-port.ts'
import type { Exited } from './server.ts'

export interface RedisOptions {
  folder?: string // is left there; a temporary one goes with the server
  args?: string[] // over the defaults below, like ['--appendonly', 'yes']
  replicaOf?: { port: number } // is waited for until it has all that the primary has
  port?: number
  nodeTimeoutMs?: number // makes it a node of a cluster; see redis-cluster.ts
}

export interface RedisServer extends AsyncDisposable {
  url: string
  port: number
  busPort: number // on which nodes of a cluster speak with each other
  folder: string
  readonly processId: number // of the last start, like `exited`
  readonly exited: Promise<Exited>
  signal(name: NodeJS.Signals): void
  restart(of?: { emptied?: boolean }): Promise<void> // on the same port; killed first if it runs
  stop(): Promise<void>
}

const LIMIT = { withinMs: 10_000 }
const PORTS_TRIED_MAX = 5

export const startRedis = async (options: RedisOptions = {}): Promise<RedisServer> => {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'seckill-redis-')))
  let last: Running | undefined
  const end = async () => {
    last?.signal('SIGKILL')
    await last?.exited
  }
  const stop = async () => {
    await end()
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true })
  }
  try {
    const { place, running } = await startSomewhere(folder, options)
    last = running
    const url = urlOf(place)
    if (options.replicaOf) await isLinked(url)
    return {
      ...place,
      url,
      get processId() {
        return last!.processId
      },
      get exited() {
        return last!.exited
      },
      signal: (name) => last!.signal(name),
      async restart({ emptied = false } = {}) {
        await end()
        if (emptied) rmSync(folder, { recursive: true })
        last = await start(place, options)
      },
      stop,
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

// Undefined where it is not installed.
export const redisProgram = (): string | undefined => onPath('redis-server')

interface Place {
  folder: string
  port: number
  busPort: number
}

interface Running {
  processId: number
  exited: Promise<Exited>
  signal(name: NodeJS.Signals): void
}

// A free port may be somebody else's by the time it is listened on: then it is another one's turn.
const startSomewhere = async (folder: string, options: RedisOptions) => {
  for (let tries = 1; ; tries += 1) {
    const port = options.port ?? (await freePort())
    const place = { folder, port, busPort: await freePort() }
    try {
      return { place, running: await start(place, options) }
    } catch (error) {
      const isTaken = (error as Error).message.includes('Address already in use')
      if (!isTaken || options.port !== undefined || tries === PORTS_TRIED_MAX) throw error
    }
  }
}

// Rejects, with what it logged, when it ends before it answers with all that it has loaded. Somebody
// else's server may answer on a port that this one did not get.
const start = async (place: Place, options: RedisOptions): Promise<Running> => {
  const running = launch(place, options)
  let hasEnded = false
  void running.exited.then(() => (hasEnded = true))
  const look = async () => {
    if (hasEnded) return 'ended'
    const info = await infoOf(urlOf(place))
    const isItself = info.get('process_id') === String(running.processId)
    return isItself && info.get('loading') === '0' ? 'answers' : 'not-yet'
  }
  try {
    const limit = { ...LIMIT, wanted: 'redis-server answers' }
    const became = await askUntil(look, (state) => state !== 'not-yet', limit)
    if (became === 'answers') return running
  } catch {
    running.signal('SIGKILL')
    await running.exited
  }
  throw new Error(`redis-server did not start: ${logOf(place)}`)
}

const launch = (place: Place, options: RedisOptions): Running => {
  const program = redisProgram()
  if (!program) throw new Error('there is no redis-server: "npm run servers" installs it')
  mkdirSync(place.folder, { recursive: true })
  const log = openSync(join(place.folder, LOG), 'a')
  const command = [...diesWithUs(), program, ...argumentsOf(place, options)]
  const stdio = ['ignore' as const, log, log]
  const child = spawn(command[0]!, command.slice(1), { cwd: place.folder, stdio })
  closeSync(log)
  const { promise: exited, resolve } = Promise.withResolvers<Exited>()
  alive.add(child)
  child.once('exit', (code, signal) => {
    alive.delete(child)
    resolve({ code, signal })
  })
  return { processId: child.pid!, exited, signal: (name) => void child.kill(name) }
}

const alive = new Set<ChildProcess>()

process.once('exit', () => alive.forEach((child) => child.kill('SIGKILL')))

// Linux can be asked to kill a child whose parent is gone, even if that was killed itself.
const diesWithUs = (): string[] => {
  const program = process.platform === 'linux' ? onPath('setpriv') : undefined
  return program ? [program, '--pdeathsig', 'KILL'] : []
}

const argumentsOf = ({ folder, port, busPort }: Place, options: RedisOptions): string[] => {
  const { args = [], replicaOf, nodeTimeoutMs } = options
  const settings: Record<string, string | number | undefined> = {
    bind: '127.0.0.1',
    port,
    dir: folder,
    daemonize: 'no',
    save: '',
    appendonly: 'no',
    'maxmemory-policy': 'noeviction',
    'repl-diskless-sync-delay': 0,
    'repl-backlog-ttl': 0,
    replicaof: replicaOf && `127.0.0.1 ${replicaOf.port}`,
    ...(nodeTimeoutMs !== undefined && {
      'cluster-enabled': 'yes',
      'cluster-port': busPort,
      'cluster-node-timeout': nodeTimeoutMs,
    }),
  }
  const told = Object.entries(settings).filter(([, value]) => value !== undefined)
  return [...told.flatMap(([name, value]) => [`--${name}`, String(value)]), ...args]
}

const isLinked = async (url: string): Promise<void> => {
  const isUp = (info: Map<string, string>) => info.get('master_link_status') === 'up'
  const wanted = 'the replica has what its primary has'
  await askUntil(() => infoOf(url), isUp, { ...LIMIT, wanted })
}

const urlOf = ({ port }: Place) => `redis://127.0.0.1:${port}`

const infoOf = async (url: string) => fieldsOf(await askRedis(url, (redis) => redis.info()))

const LOG = 'redis.log'

const logOf = ({ folder }: Place) => readFileSync(join(folder, LOG), 'utf8').slice(-2000)

const onPath = (program: string): string | undefined =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((file) => existsSync(file))
