// A real Redis as a child process, on a free port and over a folder of its own, for tests that pause it,
// kill it and start it again. It keeps nothing on disk unless told to, and never outlives the process
// that started it.

import { rmSync } from 'node:fs'
import { askRedis, askUntil, fieldsOf } from './ask-redis.ts'
import { freePort } from './free-port.ts'
import { type Launched, launchServer, onPath } from './launch-server.ts'
import { type OwnServer, startOwnServer, type Startable } from './own-server.ts'

export interface RedisOptions {
  folder?: string // is left there; a temporary one goes with the server
  args?: string[] // over the defaults below, like ['--appendonly', 'yes']
  replicaOf?: { port: number } // is waited for until it has all that the primary has
  port?: number
  nodeTimeoutMs?: number // makes it a node of a cluster; see redis-cluster.ts
}

export interface RedisServer extends OwnServer {
  url: string
  port: number
  busPort: number // on which nodes of a cluster speak with each other
  restart(of?: { emptied?: boolean }): Promise<void> // on the same port; killed first if it runs
}

const LIMIT = { withinMs: 10_000 }
const PORTS_TRIED_MAX = 5

export const startRedis = (options: RedisOptions = {}): Promise<RedisServer> =>
  startOwnServer({ name: 'redis', folder: options.folder }, async (server) => {
    const { folder } = server
    const place = await startSomewhere(server, options)
    const url = urlOf(place)
    if (options.replicaOf) await isLinked(url)
    return {
      ...place,
      url,
      restart: ({ emptied = false } = {}) =>
        server.begin(() => {
          if (emptied) rmSync(folder, { recursive: true })
          return start(place, options)
        }),
    }
  })

// Undefined where it is not installed.
export const redisProgram = (): string | undefined => onPath('redis-server')

interface Place {
  folder: string
  port: number
  busPort: number
}

// A free port may be somebody else's by the time it is listened on: then it is another one's turn.
const startSomewhere = async (
  { folder, begin }: Startable,
  options: RedisOptions,
): Promise<Place> => {
  for (let tries = 1; ; tries += 1) {
    const port = options.port ?? (await freePort())
    const place = { folder, port, busPort: await freePort() }
    try {
      await begin(() => start(place, options))
      return place
    } catch (error) {
      const isTaken = (error as Error).message.includes('Address already in use')
      if (!isTaken || options.port !== undefined || tries === PORTS_TRIED_MAX) throw error
    }
  }
}

// It answers with all that it has loaded.
const start = async (place: Place, options: RedisOptions): Promise<Launched> => {
  const program = redisProgram()
  if (!program) throw new Error('there is no redis-server: "npm run servers" installs it')
  return launchServer([program, ...argumentsOf(place, options)], {
    name: 'redis-server',
    folder: place.folder,
    ...LIMIT,
    async answers({ processId }) {
      const info = await infoOf(urlOf(place))
      return info.get('process_id') === String(processId) && info.get('loading') === '0'
    },
  })
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
