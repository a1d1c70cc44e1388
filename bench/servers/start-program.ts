// The real program as a child process on a core of its own: the whole engine, or one role of a cluster.
// Only limits are raised; every check still runs.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NAMED_FRAMES } from '../flame/recording.ts'
import { KEY_ID } from '../load/requests.ts'
import type { Bench } from '../scenarios/scenario.ts'
import { ADMIN_KEY, ENOUGH } from './operator.ts'
import { printed, startPinned } from './start-pinned.ts'

export const SIGNING_SECRET = 'a-secret-of-measurements-that-protects-nothing'

const SECKILL = join(import.meta.dirname, '../../src/cli/seckill.js')

export interface Program extends AsyncDisposable {
  url: string
  port: number
  processId: number
}

export interface ProgramOptions {
  command: 'start' | 'gateway' | 'worker' | 'keeper'
  settings: Record<string, string> // that name its stock engine, queue and store
  core: number | undefined
  flame?: Bench['flame']
}

export const startProgram = async (options: ProgramOptions): Promise<Program> => {
  const { command, settings, core, flame } = options
  const folder = await mkdtemp(join(tmpdir(), 'seckill-bench-'))
  const named = flame && { NODE_OPTIONS: NAMED_FRAMES }
  const env = { ...environment(folder), ...settings, ...named }
  const child = startPinned([SECKILL, command], { core, env, cwd: folder })
  const stop = async () => {
    await child.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const url = await printed(child, /running at (http:\S+)\n/)
    const port = Number(new URL(url).port)
    return { url, port, processId: child.process.pid!, [Symbol.asyncDispose]: stop }
  } catch (error) {
    await stop()
    throw error
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
})
