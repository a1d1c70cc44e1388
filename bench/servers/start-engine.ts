// The real program as a child process over a temporary folder, and what an operator does there: make a
// sale, read the metrics, look into the books. Only limits are raised; every check still runs.

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { NAMED_FRAMES } from '../flame/recording.ts'
import { KEY_ID } from '../load/requests.ts'
import type { Bench } from '../scenarios/scenario.ts'
import { printed, startPinned } from './start-pinned.ts'

export const SIGNING_SECRET = 'a-secret-of-measurements-that-protects-nothing'
const ADMIN_KEY = 'a-key-of-measurements-that-protects-nothing'
const PROGRAM = join(import.meta.dirname, '../../src/cli/seckill.js')

// More than any generator sends.
const ENOUGH = 100_000_000

export interface Books {
  live: number
  drift: number
  oversold: number
}

export interface Engine extends AsyncDisposable {
  port: number
  processId: number | undefined
  makeSale(of: { stock: number }): Promise<string> // its id; open at once
  inTransit(): Promise<number> // orders on the queue that are not recorded yet
  audit(saleId: string): Promise<Books>
}

export const startEngine = async (
  { cores, flame }: Bench,
  { stockUrl = 'sqlite:' }: { stockUrl?: string } = {},
): Promise<Engine> => {
  const folder = await mkdtemp(join(tmpdir(), 'seckill-bench-'))
  const named = flame && { NODE_OPTIONS: NAMED_FRAMES }
  const env = { ...environment(folder, stockUrl), ...named }
  const child = startPinned([PROGRAM, 'start'], { core: cores.server, env, cwd: folder })
  const stop = async () => {
    await child.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const url = await printed(child, /running at (http:\S+)\n/)
    return {
      port: Number(new URL(url).port),
      processId: child.process.pid,
      makeSale: (of) => makeSale(url, of),
      inTransit: () => inTransit(url),
      audit: (saleId) => askJson<Books>(url, `/api/admin/sales/${saleId}/audit`),
      [Symbol.asyncDispose]: stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}

const environment = (folder: string, stockUrl: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('SECKILL_')),
  ),
  SECKILL_DATA: folder,
  SECKILL_STOCK_URL: stockUrl,
  SECKILL_PORT: '0',
  SECKILL_DEMO: 'off',
  SECKILL_LOG_LEVEL: 'error',
  SECKILL_ADMIN_KEY: `operator:bench:${ADMIN_KEY}`,
  SECKILL_SECRET: `${KEY_ID}:${SIGNING_SECRET}`,
  SECKILL_GLOBAL_PER_SECOND: String(ENOUGH),
  SECKILL_GLOBAL_BURST: String(ENOUGH),
})

const ask = async (url: string, path: string, body?: object): Promise<Response> => {
  const headers = { authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' }
  const sent = body && { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(url + path, { headers, ...sent })
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return response
}

const askJson = async <Answer>(url: string, path: string, body?: object): Promise<Answer> =>
  (await (await ask(url, path, body)).json()) as Answer

const makeSale = async (url: string, { stock }: { stock: number }): Promise<string> => {
  const product = { title: 'A phone', listPrice: 499_900, currency: 'CNY' }
  const { productId } = await askJson<{ productId: string }>(url, '/api/admin/products', product)
  const { saleId } = await askJson<{ saleId: string }>(url, '/api/admin/sales', {
    productId,
    title: 'A sale',
    price: 99_900,
    currency: 'CNY',
    stock,
    startsAt: new Date(Date.now() - 1000).toISOString(),
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
    limits: { attemptsPerSecond: ENOUGH, attemptsBurst: ENOUGH, buyerPerSecond: ENOUGH },
  })
  return saleId
}

const WAITING = /^seckill_queue_lag_messages (\d+)$/m

const inTransit = async (url: string): Promise<number> => {
  const text = await (await ask(url, '/metrics')).text()
  return Number(WAITING.exec(text)![1])
}
