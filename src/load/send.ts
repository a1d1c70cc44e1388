// HTTP out: posts over a bounded number of connections that stay open. Whatever happens to a request is
// a reply, also that none came; nothing here is ever sent twice.

import { Pool } from 'undici'
import { nowMs } from './clocks.ts'

export interface Reply {
  status: number // 0: none came
  fault: string // why none came, or that it could not be read
  body: Record<string, unknown>
  retryAfterMs: number | undefined
  sentAtMs: number // when the request left for a connection
  atMs: number
}

export interface Sender {
  post(of: { path: string; token: string }, heard: (reply: Reply) => void): void
  waiting(): number // posted and not heard of yet
  open(): Promise<void> // opens the connections
  close(): Promise<void>
}

const ANSWERS_WITHIN_MS = 10_000

export const sender = (url: string, connections: number): Sender => {
  const pool = new Pool(url, {
    connections,
    pipelining: 1,
    headersTimeout: ANSWERS_WITHIN_MS,
    bodyTimeout: ANSWERS_WITHIN_MS,
    connectTimeout: ANSWERS_WITHIN_MS,
    keepAliveTimeout: 60_000,
  })
  let waiting = 0
  return {
    post({ path, token }, heard) {
      waiting += 1
      const headers = { authorization: `Bearer ${token}` }
      const handler = replyTo((reply) => {
        waiting -= 1
        heard(reply)
      })
      pool.dispatch({ path, method: 'POST', headers }, handler)
    },
    waiting: () => waiting,
    async open() {
      const ask = () => pool.request({ path: '/api/time', method: 'GET' })
      const answers = await Promise.all(Array.from({ length: connections }, ask))
      await Promise.all(answers.map(({ body }) => body.dump()))
    },
    close: () => pool.close(),
  }
}

const replyTo = (heard: (reply: Reply) => void): Parameters<Pool['dispatch']>[1] => {
  const chunks: Buffer[] = []
  let sentAtMs = nowMs()
  let status = 0
  let retryAfter: unknown
  return {
    onRequestStart() {
      sentAtMs = nowMs()
    },
    onResponseStart(_, statusCode, headers) {
      status = statusCode
      retryAfter = headers['retry-after']
    },
    onResponseData(_, chunk) {
      chunks.push(chunk)
    },
    onResponseEnd() {
      const retryAfterMs = typeof retryAfter === 'string' ? Number(retryAfter) * 1000 : undefined
      const { body, fault } = readBody(chunks)
      heard({ status, fault, body, retryAfterMs, sentAtMs, atMs: nowMs() })
    },
    onResponseError(_, error) {
      const fault = (error as NodeJS.ErrnoException).code ?? error.name
      heard({ status: 0, fault, body: {}, retryAfterMs: undefined, sentAtMs, atMs: nowMs() })
    },
  }
}

const readBody = (chunks: Buffer[]): Pick<Reply, 'body' | 'fault'> => {
  try {
    const body: unknown = JSON.parse(Buffer.concat(chunks).toString())
    if (typeof body === 'object' && body !== null)
      return { body: body as Record<string, unknown>, fault: '' }
  } catch {
    // said below
  }
  return { body: {}, fault: 'not JSON' }
}
