// A process with one role, or with every role there is. It answers from its first moment on, waits for
// what is not there yet, and says what for. Told to stop, it drains: no new request is taken, what was
// begun is answered, what was answered is kept.

import { randomUUID } from 'node:crypto'
import { type Logger, pino } from 'pino'
import packageFile from '../../package.json' with { type: 'json' }
import type { Config } from '../config.ts'
import type { Sale } from '../domain/sale.ts'
import { createDemoSale } from '../flows/operators/create-demo-sale.ts'
import { type Door, openDoor } from '../gateway/door.ts'
import { metrics as newMetrics } from '../gateway/metrics.ts'
import { processFigures } from '../gateway/process-figures.ts'
import type { Ports } from '../ports/ports.ts'
import { watchConnections } from './connections.ts'
import { countedOrders } from './counted-orders.ts'
import {
  checkSecrets,
  credentials as readCredentials,
  type Credentials,
  isDevelopment,
  type RoleName,
  ROLES,
} from './credentials.ts'
import { startGateway } from './gateway.ts'
import { OPENS_WITHIN_MS, REBUILD, startKeeper } from './keeper.ts'
import type { Role, RoleOptions } from './role.ts'
import { openOperations, startOperations, startStatus } from './status.ts'
import { tellFigures } from './tell-figures.ts'
import { startTraces } from './traces.ts'
import { waitUntilStarted } from './wait.ts'
import { startWorker } from './worker.ts'
import { generatedSecrets, type Wired, wire } from './wire.ts'

export interface Running {
  url: string
  operationsUrl: string | undefined // where metrics need no key
  credentials: Credentials
  demo: Sale | undefined
  stop(): Promise<void>
}

export interface StartOptions {
  roles?: readonly RoleName[] // all unless said
  wiring?: (config: Config) => Promise<Wired> // what stands behind the ports
  signal?: AbortSignal // aborted: it need not start any more
}

// Resolves when it does its work, or with undefined when it was told to stop before. Rejects with what is
// wrong and cannot become right by waiting.
export const startRoles = async (
  config: Config,
  { roles = ROLES, wiring = wire, signal = NEVER }: StartOptions = {},
): Promise<Running | undefined> => {
  checkSecrets(config, roles) // first: without them nothing is changed
  const { version } = packageFile
  const log = lastingLog(config)
  const { SECKILL_HOST: host, SECKILL_PORT: port, SECKILL_CONNECTIONS_MAX: connectionsMax } = config
  await using opened = new AsyncDisposableStack()
  const door = await openDoor({ host, port, version, connectionsMax })
  opened.defer(door.close)
  const operations = await openOperations(config, version)
  if (operations) opened.defer(operations.close)
  const wait = (missing: string[]) => [door, operations].forEach((one) => one?.wait(missing))
  const start = () => startOnce({ config, door, log, operations, roles, version, wiring })
  const running = await waitUntilStarted(start, { door: { ...door, wait }, log, signal })
  if (running !== undefined) opened.move() // it closes them when it is told to stop
  return running
}

const NEVER = new AbortController().signal

// Every role in one process. Tests put something of their own behind the ports.
export const startAll = async (config: Config, wiring = wire): Promise<Running> =>
  (await startRoles(config, { wiring }))!

interface Start {
  config: Config
  door: Door
  log: Logger
  operations: Door | undefined
  roles: readonly RoleName[]
  version: string
  wiring: (config: Config) => Promise<Wired>
}

// What fails leaves nothing behind but the open doors.
const startOnce = async (of: Start): Promise<Running> => {
  const { config, door, log, operations } = of
  const wired = await of.wiring(config)
  const roles: Role[] = []
  const last: Role[] = [] // once nobody else works any more
  const stop = stopper(wired, { roles, last })
  try {
    for (const warning of wired.warnings) log.warn(warning)
    const generated = () => generatedSecrets(config.SECKILL_DATA)
    const credentials = readCredentials(config, generated, of.roles)
    const provider = wired.providerWith(credentials.paymentKeys)
    const untraced = roleOptions(of, { ...wired.ports, provider })
    const traces = startTraces(untraced, resourceOf(of, untraced))
    last.push(traces)
    const options = { ...untraced, traces: traces.traces }
    const figures = figuresOf(of, options)
    const connections = countedConnections(options, wired.connections)
    roles.push(watchConnections(options, connections), tellFigures(options, figures))
    await startBackRoles(options, { names: of.roles, roles })
    const demo = await demoSale(options, of.roles)
    const unready = () => [...new Set(roles.flatMap((role) => role.unready()))]
    options.metrics.watchReady(unready)
    const front = { ...options, credentials, door, figures, version: of.version, unready }
    const startFront = of.roles.includes('gateway') ? startGateway : startStatus
    roles.unshift(await startFront(front))
    if (operations) roles.push(await startOperations({ ...front, door: operations }))
    return { url: door.url, operationsUrl: operations?.url, credentials, demo, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

// Those that buyers do not speak to.
const startBackRoles = async (
  options: RoleOptions,
  { names, roles }: { names: readonly RoleName[]; roles: Role[] },
) => {
  if (names.includes('worker')) roles.push(startWorker(options))
  if (!names.includes('keeper')) return
  const keeper = startKeeper(options)
  roles.push(keeper)
  await within(OPENS_WITHIN_MS, keeper.looked, options)
}

// The engine may have forgotten every sale: most are rebuilt before the first attempt can come.
const within = async (ms: number, looked: Promise<void>, { ports }: RoleOptions) => {
  const waiting = new AbortController()
  await Promise.race([looked, ports.clock.pause(ms, waiting.signal)])
  waiting.abort()
}

// What others speak to first, so that nothing new comes in; the store last, so that everything is kept.
const stopper = (wired: Wired, { roles, last }: { roles: Role[]; last: Role[] }) => {
  let stopping: Promise<void> | undefined
  const stop = async () => {
    roles.push(STOPPING)
    for (const role of [...roles, ...last]) await role.stop()
    await wired.stop()
  }
  return () => (stopping ??= stop())
}

// Whoever asks whether it is ready on a connection that is still open, or at the operations port.
const STOPPING: Role = { unready: () => ['stop'], stop: async () => undefined }

const roleOptions = ({ config, log, roles, version }: Start, ports: Ports): RoleOptions => {
  const holder = `${roleOf(roles)} ${randomUUID()}`
  const metrics = newMetrics(ports, { roles, version })
  const orders = countedOrders(ports.orders, metrics)
  return { config, holder, log, metrics, ports: { ...ports, orders } }
}

// Which process a trace was seen by.
const resourceOf = ({ roles, version }: Start, { holder }: RoleOptions) => ({
  'service.name': 'seckill',
  'service.version': version,
  'service.instance.id': holder,
  'seckill.role': roleOf(roles),
})

const countedConnections = ({ metrics }: RoleOptions, connections: Wired['connections']) =>
  Object.fromEntries(
    Object.entries(connections).map(([name, ask]) => {
      const counted = async () => {
        try {
          await ask()
          metrics.connected(name, true)
        } catch (error) {
          metrics.connected(name, false)
          throw error
        }
      }
      return [name, counted]
    }),
  )

const roleOf = (roles: readonly RoleName[]) => (roles.length === 1 ? roles[0]! : 'all')

const figuresOf = ({ roles, version }: Start, { holder, metrics, ports }: RoleOptions) =>
  processFigures({ ...ports, process: holder, role: roleOf(roles), version, metrics })

// A log that cannot be written (a full disk, say) stops nothing: lines are lost, not the process.
// Written at once, because an asynchronous one tries for ever to empty itself at the exit.
const lastingLog = (config: Config): Logger => {
  const destination = pino.destination({ dest: 1, sync: true })
  destination.on('error', () => undefined)
  return pino({ level: config.SECKILL_LOG_LEVEL, base: null }, destination)
}

const demoSale = async ({ config, holder, ports }: RoleOptions, roles: readonly RoleName[]) => {
  const isWanted = config.SECKILL_DEMO === 'on' && isDevelopment(config)
  if (!isWanted || !roles.includes('gateway')) return undefined
  return createDemoSale(ports, {
    ...REBUILD,
    holder,
    leaseMs: config.SECKILL_LEASE_MS,
    signal: AbortSignal.timeout(OPENS_WITHIN_MS),
  })
}
