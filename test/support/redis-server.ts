// A real Redis as a child process, on a free port and over a folder of its own, for tests that pause it,
// kill it and start it again. It keeps nothing on disk unless told to, and never outlives the process
// that started it.

import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askRedis, askUntil, fieldsOf } from './ask-redis.ts'
import { freePort } from './free-port.ts'
import { type Launched, launchServer, onPath, serverLog } from './launch-server.ts'
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
const start = async (place: Place, options: RedisOptions): Promise<Launched> => {
  const program = redisProgram()
  if (!program) throw new Error('there is no redis-server: "npm run servers" installs it')
  const running = launchServer([program, ...argumentsOf(place, options)], place.folder)
  const look = async () => {
    if (running.hasEnded()) return 'ended'
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
  throw new Error(`redis-server did not start: ${serverLog(place.folder)}`)
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
