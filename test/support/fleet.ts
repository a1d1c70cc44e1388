// Several gateways in the test's own process, each on a port of its own, over one stock engine in a Redis
// of their own, one queue and one store, with one order worker and one keeper: a fleet as buyers see it.

import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import type { Environment } from '../../src/config.ts'
import { openDoor } from '../../src/gateway/door.ts'
import { metrics } from '../../src/gateway/metrics.ts'
import { processFigures } from '../../src/gateway/process-figures.ts'
import type { Ports } from '../../src/ports/ports.ts'
import type { Credentials } from '../../src/processes/credentials.ts'
import { startGateway } from '../../src/processes/gateway.ts'
import { startKeeper } from '../../src/processes/keeper.ts'
import type { RoleOptions } from '../../src/processes/role.ts'
import { startWorker } from '../../src/processes/worker.ts'
import { wire } from '../../src/processes/wire.ts'
import type { Stock } from '../../src/ports/stock.ts'
import { type Client, clientOf, configOf } from './engine.ts'
import { type RedisServer, startRedis } from './redis-server.ts'

export interface Fleet extends AsyncDisposable {
  gateways: FleetGateway[]
  redis: RedisServer
  stock: Stock
}

export interface FleetGateway extends Client {
  decisions(): number // calls of the engine to decide attempts
  stop(): Promise<void>
}

export const startFleet = async (settings: Environment = {}): Promise<Fleet> => {
  await using opened = new AsyncDisposableStack() // what fails below leaves nothing open
  const redis = opened.use(await startRedis())
  const folder = await mkdtemp(join(tmpdir(), 'seckill-fleet-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const config = configOf(folder, { SECKILL_STOCK_URL: redis.url, ...settings })
  const wired = await wire(config)
  opened.defer(wired.stop)
  const credentials = credentialsOf(config.SECKILL_ADMIN_KEY)
  const ports = { ...wired.ports, provider: wired.providerWith(credentials.paymentKeys) }
  const options = (of = ports): RoleOptions => ({
    config,
    holder: randomUUID(),
    log: pino({ level: 'silent' }),
    metrics: metrics(of),
    ports: of,
  })
  for (const role of [startWorker(options()), startKeeper(options())]) opened.defer(role.stop)
  const gateways: FleetGateway[] = []
  for (const counted of [countedPorts(ports), countedPorts(ports)]) {
    const version = '0.0.0'
    const door = await openDoor({ host: '127.0.0.1', port: 0, version })
    const own = options(counted.ports)
    const figures = processFigures({ ...own, ...ports, process: own.holder, role: 'all', version })
    const front = { credentials, door, figures, version, unready: () => [] }
    const { stop } = await startGateway({ ...own, ...front })
    opened.defer(stop)
    gateways.push({ ...clientOf(door.url), decisions: counted.decisions, stop })
  }
  const open = opened.move()
  return { gateways, redis, stock: ports.stock, [Symbol.asyncDispose]: () => open.disposeAsync() }
}

const credentialsOf = (adminKeys: Credentials['adminKeys']): Credentials => {
  const secret = Buffer.alloc(32, 'fleet').toString('base64')
  const keys = [{ id: 'test', secret }]
  return { adminKeys, signingKeys: keys, paymentKeys: keys, generatedAdminKey: undefined }
}

const countedPorts = (ports: Ports) => {
  let decisions = 0
  const reserve: Ports['stock']['reserve'] = (batch) => {
    decisions += 1
    return ports.stock.reserve(batch)
  }
  return { ports: { ...ports, stock: { ...ports.stock, reserve } }, decisions: () => decisions }
}
