// An engine over a Redis of its own, as a child process that is started again and again over the same
// folder, port and Redis. Each start may be told at which call to die by kill -9.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RedisServer, startRedis } from './redis-server.ts'
import { PRODUCTION, PRODUCTION_KEY, type Server, startServer } from './server.ts'

// Where a process ends: at the n-th call of this name, see between-ports.ts; `answer.accepted` is an
// acceptance that is about to be sent.
export interface Death {
  at: string
  when: 'before' | 'after'
  turn?: number // the first one unless said
}

export interface DyingEngine extends AsyncDisposable {
  redis: RedisServer
  folder: string
  start(death?: Death): Promise<Server>
  // Starts, and waits until it has died, which may be before it answers anybody.
  die(death: Death): Promise<void>
}

export const REDIS_ENGINE = {
  ...PRODUCTION,
  SECKILL_LOOK_EVERY_MS: '50',
  SECKILL_RELEASE_EVERY_MS: '50',
  SECKILL_SWEEP_AFTER_MS: '100',
  SECKILL_RECONCILE_PAUSE_MS: '50',
  SECKILL_LEASE_MS: '3000',
}

// All roles unless one is named.
export const dyingProgram = (death: Death, ...role: string[]): string[] => [
  join(import.meta.dirname, 'dying-engine-program.ts'),
  JSON.stringify({ turn: 1, ...death }),
  ...role,
]

export const dyingEngine = async (settings: Record<string, string> = {}): Promise<DyingEngine> => {
  const folder = await mkdtemp(join(tmpdir(), 'seckill-dying-'))
  const redis = await startRedis()
  let port = '0'
  let server: Server | undefined

  const start = async (death?: Death) => {
    await server?.[Symbol.asyncDispose]()
    const places = { SECKILL_STOCK_URL: redis.url, SECKILL_DATA: folder, SECKILL_PORT: port }
    const env = { ...REDIS_ENGINE, ...settings, ...places }
    const program = death && { program: dyingProgram(death) }
    server = await startServer({ env, ...program })
    port = new URL(server.url).port
    return { ...server, adminKey: PRODUCTION_KEY }
  }

  return {
    redis,
    folder,
    start,
    async die(death) {
      const died = (error: Error) => {
        if (!error.message.includes('ended with SIGKILL')) throw error
      }
      const started = await start(death).catch(died)
      await started?.exited
    },
    async [Symbol.asyncDispose]() {
      await server?.[Symbol.asyncDispose]()
      await redis.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
