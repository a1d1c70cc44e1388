// One process with every role on a core of its own, with one sale of which nothing is left, and a file of tokens for
// it. Only limits are raised; every check still runs.

import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { cpuTimeMs } from '../servers/cpu-time.ts'
import { cores, printed, startPinned } from '../servers/start-pinned.ts'

export const SECKILL = join(import.meta.dirname, '../../src/cli/seckill.js')
const ENOUGH = '100000000' // more attempts a second than anybody sends

export interface Amount {
  seconds: string
  connections: string
  buyers: string
}

// What a tool is told.
export interface Asking extends Amount {
  url: string
  saleId: string
  tokens: string // the file
  folder: string // for what it writes
  pin: string[] // words before a command that put it on the generator's core
  seckill: Seckill
}

export interface SoldOutSale extends AsyncDisposable {
  asking: Asking
  serverCpuMs: () => number
}

export const startSoldOutSale = async (amount: Amount): Promise<SoldOutSale> => {
  const folder = await mkdtemp(join(tmpdir(), 'seckill-tools-'))
  const { server, generator } = cores()
  const env = environment(folder)
  const engine = startPinned([SECKILL, 'start'], { core: server, env, cwd: folder })
  const pin = generator === undefined ? [] : ['taskset', '-c', String(generator)]
  const stop = async () => {
    await engine.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const url = await printed(engine, /running at (http:\S+)\n/)
    const seckill: Seckill = ([...words]) => {
      const [command, ...rest] = [...pin, process.execPath, SECKILL, ...words, '--url', url]
      return promisify(execFile)(command!, rest, { env, maxBuffer: 64 << 20 })
    }
    const saleId = await soldOutSale(seckill, url)
    const tokens = join(folder, 'tokens.txt')
    const issued = await seckill(['tokens', '--sale', saleId, '--buyers', amount.buyers])
    await writeFile(tokens, issued.stdout)
    return {
      asking: { ...amount, url, saleId, tokens, folder, pin, seckill },
      serverCpuMs: () => cpuTimeMs(engine.process.pid) ?? 0,
      [Symbol.asyncDispose]: stop,
    }
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
  SECKILL_ADMIN_KEY: 'a-key-of-measurements',
  SECKILL_GLOBAL_PER_SECOND: ENOUGH,
  SECKILL_GLOBAL_BURST: ENOUGH,
  SECKILL_SALE_PER_SECOND: ENOUGH,
  SECKILL_SALE_BURST: ENOUGH,
  SECKILL_BUYER_PER_SECOND: '1000',
  SECKILL_CHALLENGE_AFTER: '0',
})

export type Seckill = (words: string[]) => Promise<{ stdout: string }>

const SOLD_WITHIN_MS = 10_000
const FAR_AWAY = '1000000000' // from the buyers who will ask

// One unit, and somebody far from the others who has it.
const soldOutSale = async (seckill: Seckill, url: string): Promise<string> => {
  const terms = ['--product-title', 'Phone', '--list-price', '9', '--price', '9', '--stock', '1']
  const create = ['sale', 'create', '--title', 'Sold out', ...terms, '--starts-at', '+0s']
  const { saleId } = JSON.parse((await seckill([...create, '--json'])).stdout) as { saleId: string }
  const one = ['--sale', saleId, '--buyers', '1', '--from', FAR_AWAY]
  const [, token] = (await seckill(['tokens', ...one])).stdout.trim().split(' ')
  const headers = { authorization: `Bearer ${token}` }
  const untilMs = performance.now() + SOLD_WITHIN_MS
  for (;;) {
    const { status } = await fetch(`${url}/api/sales/${saleId}/attempts`, {
      method: 'POST',
      headers,
    })
    if (status === 202 || status === 200) return saleId
    if (performance.now() > untilMs) throw new Error(`nobody can buy: HTTP ${status}`)
    await pause(100)
  }
}
