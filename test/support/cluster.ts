// A whole cluster on this machine: gateways, order workers and keepers as processes of their own over a
// Redis, a Kafka and some databases. Each process has a name, `worker-1` for example, by which it is
// killed, paused and started again on the port it had.

import { type ClusterServers, type ServersOptions, startClusterServers } from './cluster-servers.ts'
import { type Death, dyingProgram } from './dying-engine.ts'
import { OPERATOR, VIEWER } from './engine.ts'
import { PRODUCTION, type Server, startRole } from './server.ts'

export interface ClusterOptions extends ServersOptions {
  gateways?: number // two of each role unless said
  workers?: number
  keepers?: number
  settings?: Record<string, string> // of all processes
  isQuick?: boolean // unless it is not, everybody looks more often than in production
  settingsOf?: (name: string) => Record<string, string> // of one more than of the others
}

export interface Cluster extends AsyncDisposable {
  url: string // of the first gateway
  adminKey: string
  servers: ClusterServers
  names(): string[] // of those that were started, also when they have ended since
  process(name: string): Server
  kill(name: string, signal?: NodeJS.Signals): void // SIGKILL unless said
  // Also one of a name that there was not yet; killed first if it runs. Resolves when it is ready.
  start(name: string, of?: { dies?: Death }): Promise<Server>
  // Starts it, and waits until it has died, which may be before it is ready.
  die(name: string, death: Death): Promise<void>
}

const SETTINGS = {
  ...PRODUCTION,
  SECKILL_ADMIN_KEY: `operator:test:${OPERATOR},viewer:looker:${VIEWER}`,
  SECKILL_LOG_LEVEL: 'warn',
}

// So that no test waits for what production waits for. What looks more often takes half a core of an idle
// cluster from the tests beside it.
const QUICK = {
  SECKILL_LOOK_EVERY_MS: '250',
  SECKILL_SWEEP_AFTER_MS: '1000',
  SECKILL_RECONCILE_PAUSE_MS: '50',
  SECKILL_LEASE_MS: '3000',
}

export const startCluster = async (options: ClusterOptions = {}): Promise<Cluster> => {
  await using opened = new AsyncDisposableStack() // what fails below leaves nothing open
  const { gateways = 2, workers = 2, keepers = 2, isQuick = true } = options
  const servers = opened.use(await startClusterServers(options))
  const processes = new Map<string, Server>()
  opened.defer(async () => {
    await Promise.all([...processes.values()].map((one) => one[Symbol.asyncDispose]()))
  })

  const start: Cluster['start'] = async (name, { dies } = {}) => {
    const before = processes.get(name)
    await before?.[Symbol.asyncDispose]()
    const role = roleOf(name)
    const port = before ? new URL(before.url).port : '0'
    const own = options.settingsOf?.(name)
    const env = {
      ...SETTINGS,
      ...(isQuick ? QUICK : {}),
      ...servers.settings,
      ...options.settings,
      ...own,
      SECKILL_PORT: port,
    }
    const started = await startRole(role, env, dies && dyingProgram(dies, role))
    processes.set(name, started)
    return started
  }

  // The first keeper makes the tables and the topic, and the others come when there are any.
  const [first, ...others] = [
    ...namesOf('keeper', keepers),
    ...namesOf('worker', workers),
    ...namesOf('gateway', gateways),
  ]
  await start(first!)
  await Promise.all(others.map((name) => start(name)))
  const open = opened.move()
  return {
    url: processes.get('gateway-1')!.url,
    adminKey: OPERATOR,
    servers,
    names: () => [...processes.keys()],
    process: (name) => processes.get(name)!,
    kill: (name, signal) => processes.get(name)!.kill(signal),
    start,
    async die(name, death) {
      const died = (error: Error) => {
        if (!error.message.includes('ended with SIGKILL')) throw error
      }
      const started = await start(name, { dies: death }).catch(died)
      await started?.exited
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  }
}

const namesOf = (role: string, count: number) =>
  Array.from({ length: count }, (_, at) => `${role}-${at + 1}`)

const roleOf = (name: string) => name.replace(/-\d+$/, '')
