// The real program as a child process on a core of its own: the whole engine, or one role of a cluster.
// Only limits are raised; every check still runs.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NAMED_FRAMES } from '../flame/recording.ts'
import { KEY_ID } from '../load/requests.ts'
import type { Bench } from '../scenarios/scenario.ts'
import { ADMIN_KEY, ENOUGH } from './operator.ts'
import { type Child, printed, startPinned } from './start-pinned.ts'
import { COLLECT, type MemorySample } from './tell-memory.ts'

export const SIGNING_SECRET = 'a-secret-of-measurements-that-protects-nothing'

const TELLING = join(import.meta.dirname, 'tell-memory.ts')
const SECKILL = join(import.meta.dirname, '../../src/cli/seckill.js')

export interface Program extends AsyncDisposable {
  url: string
  port: number
  processId: number
  memory(): MemorySample[] // since its start, where it tells
  collected(): Promise<MemorySample> // what is left of it now
}

export interface ProgramOptions {
  command: 'start' | 'gateway' | 'worker' | 'keeper'
  settings: Record<string, string> // that name its stock engine, queue and store
  core: number | undefined
  flame?: Bench['flame']
  tellsMemory?: boolean // ten times a second
}

export const startProgram = async (options: ProgramOptions): Promise<Program> => {
  const { command, settings, core, flame, tellsMemory } = options
  const folder = await mkdtemp(join(tmpdir(), 'seckill-bench-'))
  const node = [...(flame ? [NAMED_FRAMES] : []), ...(tellsMemory ? [`--import=${TELLING}`] : [])]
  const said = node.length > 0 && { NODE_OPTIONS: node.join(' ') }
  const env = { ...environment(folder), ...settings, ...said }
  const child = startPinned([SECKILL, command], { core, env, cwd: folder })
  const memory = listenToMemory(child)
  const stop = async () => {
    await child.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const url = await printed(child, /running at (http:\S+)\n/)
    const port = Number(new URL(url).port)
    return { url, port, processId: child.process.pid!, ...memory, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
  }
}

const listenToMemory = ({ process: child, exited }: Child) => {
  const samples: MemorySample[] = []
  child.on('message', (sample: MemorySample) => samples.push(sample))
  return {
    memory: () => samples,
    async collected() {
      const { promise, resolve, reject } = Promise.withResolvers<MemorySample>()
      const hear = (sample: MemorySample) => sample.collected && resolve(sample)
      child.on('message', hear)
      void exited.then(() => reject(new Error('a server ended')))
      child.send(COLLECT)
      return promise.finally(() => child.off('message', hear))
    },
  }
}

const environment = (folder: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('SECKILL_')),
  ),
  SECKILL_DATA: folder,
  SECKILL_PORT: '0',
  SECKILL_DEMO: 'off',
  SECKILL_LOG_LEVEL: 'error',
  SECKILL_ADMIN_KEY: `operator:bench:${ADMIN_KEY}`,
  SECKILL_SECRET: `${KEY_ID}:${SIGNING_SECRET}`,
  SECKILL_GLOBAL_PER_SECOND: String(ENOUGH),
  SECKILL_GLOBAL_BURST: String(ENOUGH),
  SECKILL_CHALLENGE_AFTER: '1000', // counted as ever, and few buyers attempt as often as a crowd
})
