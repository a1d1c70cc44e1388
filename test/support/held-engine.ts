// The engine in the test's own process over a Redis of its own, where one call at a time can be held: who
// made it stands still there, as if paused, while everything else goes on; it goes on when told to, or
// dies there, which is a failure of the call. Other keepers can be started beside the engine's own.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { type Environment, readConfig } from '../../src/config.ts'
import { metrics } from '../../src/gateway/metrics.ts'
import type { Ports } from '../../src/ports/ports.ts'
import { startAll } from '../../src/processes/start.ts'
import { startKeeper } from '../../src/processes/keeper.ts'
import type { Wired } from '../../src/processes/wire.ts'
import { type Around, wiringBetween } from './between-ports.ts'
import { startClusterServers } from './cluster-servers.ts'
import { REDIS_ENGINE } from './dying-engine.ts'
import { type RedisServer, startRedis } from './redis-server.ts'
import { PRODUCTION_KEY } from './server.ts'

export interface HeldEngine extends AsyncDisposable {
  url: string
  adminKey: string
  folder: string
  database: string | undefined // of a cluster
  redis: RedisServer
  ports: Ports
  // The next call of this name, see between-ports.ts, made by anybody.
  hold(at: { at: string; when: 'before' | 'after' }): Hold
  addKeeper(holder: string, ports?: Partial<Ports>): void
}

export interface Hold {
  reached: Promise<void>
  release(): void
  passed: Promise<void> // the call that was held is over, however it ended
}

const COMES_WITHIN_MS = 10_000

interface Held extends Hold {
  stand(): Promise<void>
  pass(): void
  die(): void
}

// `onCluster`: with the orders on Kafka and in two databases of MySQL, all roles in this process.
export const heldEngine = async (
  settings: Environment = {},
  { onCluster = false } = {},
): Promise<HeldEngine> => {
  await using opened = new AsyncDisposableStack() // what fails below leaves nothing open
  const folder = await mkdtemp(join(tmpdir(), 'seckill-held-'))
  opened.defer(() => rm(folder, { recursive: true, force: true }))
  const places = await startPlaces(opened, onCluster)
  const holds = new Map<string, Held>() // each waits for one call: `before queue.publish`
  const standing: Held[] = []

  const standAt = async (step: string) => {
    const held = holds.get(step)
    holds.delete(step)
    if (held) standing.push(held)
    await held?.stand()
    return held
  }
  const around: Around = async (name, call) => {
    const before = await standAt(`before ${name}`)
    try {
      const answer = await call()
      const after = await standAt(`after ${name}`)
      after?.pass()
      return answer
    } finally {
      before?.pass()
    }
  }

  const config = readConfig({
    ...REDIS_ENGINE,
    SECKILL_DATA: folder,
    SECKILL_PORT: '0',
    SECKILL_LOG_LEVEL: 'silent',
    SECKILL_CHALLENGE_AFTER: '0', // tests attempt often
    ...places.settings,
    ...settings,
  })
  let wired: Wired
  const running = await startAll(config, async (of) => (wired = await wiringBetween(around)(of)))
  const ports: Ports = { ...wired!.ports, provider: wired!.providerWith([]) }
  opened.defer(running.stop)
  const open = opened.move()
  return {
    url: running.url,
    adminKey: PRODUCTION_KEY,
    folder,
    ...places,
    ports,
    hold({ at, when }) {
      const step = `${when} ${at}`
      const held = newHold(step)
      holds.set(step, held)
      return held
    },
    addKeeper(holder, other) {
      const log = pino({ level: 'silent' })
      const all = { ...ports, ...other }
      open.defer(startKeeper({ config, holder, log, metrics: metrics(all), ports: all }).stop)
    },
    async [Symbol.asyncDispose]() {
      for (const held of [...holds.values(), ...standing]) held.die()
      await open.disposeAsync()
    },
  }
}

const startPlaces = async (opened: AsyncDisposableStack, onCluster: boolean) => {
  if (!onCluster) {
    const redis = opened.use(await startRedis())
    return { redis, settings: { SECKILL_STOCK_URL: redis.url }, database: undefined }
  }
  const { settings, redis } = opened.use(await startClusterServers())
  return { redis: redis as RedisServer, settings, database: settings.SECKILL_STORE_URL }
}

const newHold = (step: string): Held => {
  const reached = Promise.withResolvers<void>()
  const passed = Promise.withResolvers<void>()
  const going = Promise.withResolvers<void>()
  for (const { promise } of [reached, going]) promise.catch(() => undefined) // nobody may wait for it
  const late = setTimeout(() => reached.reject(new Error(`nobody came: ${step}`)), COMES_WITHIN_MS)
  return {
    reached: reached.promise,
    passed: passed.promise,
    release: going.resolve,
    pass: passed.resolve,
    die() {
      clearTimeout(late)
      going.reject(new Error('died here'))
    },
    stand() {
      clearTimeout(late)
      reached.resolve()
      return going.promise
    },
  }
}
