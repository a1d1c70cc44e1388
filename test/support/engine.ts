// The whole engine in the test's own process, spoken to through HTTP like by anybody else. It leaves
// nothing behind; a folder that is given by SECKILL_DATA is left there.

import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Config, type Environment, readConfig } from '../../src/config.ts'
import { startAll } from '../../src/processes/start.ts'
import { behindEdge, settingsBehindEdge } from './edge-in-front.ts'

export const VIEWER = randomBytes(32).toString('base64url')
export const OPERATOR = randomBytes(32).toString('base64url')

export interface Reply {
  status: number
  headers: Headers
  body: Json
}

// Whatever JSON an answer holds; tests look into it freely.
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any

export interface Engine extends Client, AsyncDisposable {
  folder: string
  gateway: Client // past whatever stands in front of it
}

// Whoever speaks to an engine.
export interface Client {
  url: string
  request(method: string, path: string, of?: RequestOptions): Promise<Reply>
  operate(path: string, body?: unknown): Promise<Reply> // POST as operator
  look(path: string): Promise<Reply> // GET as viewer
  attempt(saleId: string, token: string, body?: unknown): Promise<Reply>
  sale(draft?: Record<string, unknown>): Promise<string> // its id; open for an hour by default
  tokens(saleId: string, buyers: string[]): Promise<string[]>
}

// Told of every reply, also to what is asked on the way to something else.
export type Heard = (of: { method: string; path: string; reply: Reply }) => void

export interface RequestOptions {
  credential?: string | undefined
  body?: unknown // sent as JSON
  raw?: string | Uint8Array // sent as it is
  headers?: Record<string, string>
}

export const startEngine = async (
  settings: Environment = {},
  heard: Heard = () => undefined,
  wiring?: Parameters<typeof startAll>[1],
): Promise<Engine> => {
  const { SECKILL_DATA: given } = settings
  const folder = given ?? (await mkdtemp(join(tmpdir(), 'seckill-')))
  const started = await startAll(configOf(folder, settingsBehindEdge(settings)), wiring)
  const running = await behindEdge(started, settings)
  return {
    ...clientOf(running.url, heard),
    gateway: clientOf(started.url),
    folder,
    async [Symbol.asyncDispose]() {
      await running.stop()
      if (given === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

export const configOf = (folder: string, settings: Environment): Config =>
  readConfig({
    SECKILL_DATA: folder,
    SECKILL_PORT: '0',
    SECKILL_DEMO: 'off',
    SECKILL_LOG_LEVEL: 'silent',
    SECKILL_CHALLENGE_AFTER: '0', // tests attempt often; those of challenges say otherwise
    SECKILL_ADMIN_KEY: `operator:test:${OPERATOR},viewer:looker:${VIEWER}`,
    SECKILL_RECONCILE_PAUSE_MS: '50',
    ...settings,
  })

export const clientOf = (url: string, heard: Heard = () => undefined): Client => {
  const request = requester(url, heard)
  const operate = (path: string, body?: unknown) =>
    request('POST', path, { credential: OPERATOR, body })
  return {
    url,
    request,
    operate,
    look: (path) => request('GET', path, { credential: VIEWER }),
    attempt: (saleId, credential, body) =>
      request('POST', `/api/sales/${saleId}/attempts`, { credential, body }),
    async sale(draft = {}) {
      const made = await operate('/api/admin/sales', { ...(await saleDraft(operate)), ...draft })
      if (made.status !== 201) throw new Error(JSON.stringify(made.body))
      return made.body.saleId
    },
    async tokens(saleId, buyers) {
      const issued = await operate(`/api/admin/sales/${saleId}/tokens`, { buyers })
      return issued.body.tokens.map((one: Json) => one.purchaseToken)
    },
  }
}

export const saleDraft = async (operate: Engine['operate']) => {
  const product = { title: 'A phone', listPrice: 499_900, currency: 'CNY' }
  const { body } = await operate('/api/admin/products', product)
  return {
    productId: body.productId,
    title: 'A sale',
    price: 99_900,
    currency: 'CNY',
    stock: 10,
    startsAt: new Date(Date.now() - 1000).toISOString(),
    endsAt: new Date(Date.now() + 3_600_000).toISOString(),
  }
}

const requester =
  (url: string, heard: Heard) =>
  async (method: string, path: string, of: RequestOptions = {}): Promise<Reply> => {
    const headers: Record<string, string> = { ...of.headers }
    if (of.credential !== undefined) headers.authorization = `Bearer ${of.credential}`
    if (of.body !== undefined) headers['content-type'] ??= 'application/json'
    const body = of.body === undefined ? of.raw : JSON.stringify(of.body)
    const sent = { method, headers, body: body ?? null }
    const response = await fetch(url + path, { ...sent, redirect: 'manual' })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') && text !== ''
    const reply = {
      status: response.status,
      headers: response.headers,
      body: isJson ? JSON.parse(text) : text,
    }
    heard({ method, path, reply })
    return reply
  }

// Asks again and again until the answer is as wanted, at most 10 s.
export const eventually = async <Value>(
  ask: () => Promise<Value>,
  isWanted: (value: Value) => boolean,
): Promise<Value> => {
  const endMs = performance.now() + 10_000
  for (;;) {
    const value = await ask()
    if (isWanted(value)) return value
    if (performance.now() > endMs) throw new Error(`still not as wanted: ${JSON.stringify(value)}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
