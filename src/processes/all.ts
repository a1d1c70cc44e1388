// Every role in one process, over one folder. Told to stop, it drains: no new request is taken, what
// was begun is answered, what was answered is kept.

import { randomUUID } from 'node:crypto'
import { type Logger, pino } from 'pino'
import packageFile from '../../package.json' with { type: 'json' }
import type { Config } from '../config.ts'
import type { Sale } from '../domain/sale.ts'
import { createDemoSale } from '../flows/operators/create-demo-sale.ts'
import { metrics as newMetrics } from '../gateway/metrics.ts'
import type { Ports } from '../ports/ports.ts'
import {
  checkSecrets,
  credentials as readCredentials,
  type Credentials,
  isDevelopment,
} from './credentials.ts'
import { startGateway } from './gateway.ts'
import { OPENS_WITHIN_MS, REBUILD, startKeeper } from './keeper.ts'
import type { Role, RoleOptions } from './role.ts'
import { startWorker } from './worker.ts'
import { generatedSecrets, type Wired, wire } from './wire.ts'

export interface Running {
  url: string
  credentials: Credentials
  demo: Sale | undefined
  stop(): Promise<void>
}

// `wiring` says what stands behind the ports; tests put something of their own between.
export const startAll = async (config: Config, wiring = wire): Promise<Running> => {
  checkSecrets(config) // first: without them nothing is changed
  const wired = await wiring(config)
  const roles: Role[] = []
  const stop = stopper(wired, roles)
  try {
    const credentials = readCredentials(config, () => generatedSecrets(config.SECKILL_DATA))
    const provider = wired.providerWith(credentials.paymentKeys)
    const options = roleOptions(config, { ...wired.ports, provider })
    const unready = () => roles.flatMap((role) => role.unready())
    const { version } = packageFile
    const development = isDevelopment(config)
    const keeper = startKeeper(options)
    roles.push(startWorker(options), keeper)
    await within(OPENS_WITHIN_MS, keeper.looked, options)
    const gateway = await startGateway({ ...options, credentials, version, unready })
    roles.unshift(gateway)
    const demo = config.SECKILL_DEMO === 'on' && development ? await demoSale(options) : undefined
    await gateway.follow()
    return { url: gateway.url, credentials, demo, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

// The engine has forgotten every sale: most are rebuilt before the first attempt can come.
const within = async (ms: number, looked: Promise<void>, { ports }: RoleOptions) => {
  const waiting = new AbortController()
  await Promise.race([looked, ports.clock.pause(ms, waiting.signal)])
  waiting.abort()
}

// The gateway first, so that nothing new comes in; the store last, so that everything is kept.
const stopper = (wired: Wired, roles: Role[]) => {
  let stopping: Promise<void> | undefined
  const stop = async () => {
    for (const role of roles) await role.stop()
    await wired.stop()
  }
  return () => (stopping ??= stop())
}

const roleOptions = (config: Config, ports: Ports): RoleOptions => {
  const log = lastingLog(config)
  return { config, holder: `all ${randomUUID()}`, log, metrics: newMetrics(ports), ports }
}

// A log that cannot be written (a full disk, say) stops nothing: lines are lost, not the process.
// Written at once, because an asynchronous one tries for ever to empty itself at the exit.
const lastingLog = (config: Config): Logger => {
  const destination = pino.destination({ dest: 1, sync: true })
  destination.on('error', () => undefined)
  return pino({ level: config.SECKILL_LOG_LEVEL, base: null }, destination)
}

const demoSale = ({ config, holder, ports }: RoleOptions) =>
  createDemoSale(ports, {
    ...REBUILD,
    holder,
    leaseMs: config.SECKILL_LEASE_MS,
    signal: AbortSignal.timeout(OPENS_WITHIN_MS),
  })
