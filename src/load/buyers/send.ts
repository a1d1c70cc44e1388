// HTTP out, over a bounded number of connections that stay open. Whatever happens to a request is a
// reply, also that none came; nothing here is ever sent twice.

import { Pool } from 'undici'
import { nowMs } from '../clocks.ts'

export interface Reply {
  status: number // 0: none came
  fault: string // why none came, or that it could not be read
  body: Record<string, unknown>
  retryAfterMs: number | undefined
  sentAtMs: number // when the request left for a connection
  atMs: number
}

export interface Question {
  method: 'GET' | 'POST'
  path: string
  token: string
}

export interface Sender {
  send(question: Question): Promise<Reply> // NOT_SENT: no connection was free in time
  waiting(): number // sent and not heard of yet
  open(): Promise<void> // opens the connections
  close(): Promise<void>
}

export const NOT_SENT = 'not sent'
export const NO_CONNECTION = 'no connection'

const ANSWERS_WITHIN_MS = 10_000
const WAITING_MAX = 100_000 // for a connection, above which nothing more is sent
const PATIENCE_MS = 10_000 // for a connection; what waited longer is not sent any more

// Questions wait here for a connection, in their order, and not in the pool: there is always one free
// for what is dispatched.
export const sender = (url: string, connections: number): Sender => {
  const pool = poolOf(url, connections)
  const waiting = new Set<Waiting>()
  let flying = 0

  const dispatch = ({ question, reply }: Waiting) => {
    flying += 1
    const { method, path, token } = question
    const handler = replyTo((heard) => {
      flying -= 1
      reply(heard)
      dispatchNext()
    })
    pool.dispatch({ path, method, headers: { authorization: `Bearer ${token}` } }, handler)
  }

  const dispatchNext = () => {
    for (const first of waiting) {
      if (flying >= connections) return
      waiting.delete(first)
      if (nowMs() > first.sinceMs + PATIENCE_MS) first.reply(noReply(NOT_SENT, nowMs()))
      else dispatch(first)
    }
  }

  return {
    send(question) {
      const { promise, resolve: reply } = Promise.withResolvers<Reply>()
      const asked = { question, reply, sinceMs: nowMs() }
      if (flying < connections) dispatch(asked)
      else if (waiting.size < WAITING_MAX) waiting.add(asked)
      else reply(noReply(NOT_SENT, nowMs()))
      return promise
    },
    waiting: () => waiting.size + flying,
    async open() {
      const ask = () => pool.request({ path: '/api/time', method: 'GET' })
      const answers = await Promise.all(Array.from({ length: connections }, ask))
      await Promise.all(answers.map(({ body }) => body.dump()))
    },
    close: () => pool.close(),
  }
}

interface Waiting {
  question: Question
  reply: (reply: Reply) => void
  sinceMs: number
}

const poolOf = (url: string, connections: number) =>
  new Pool(url, {
    connections,
    pipelining: 1,
    headersTimeout: ANSWERS_WITHIN_MS,
    bodyTimeout: ANSWERS_WITHIN_MS,
    connectTimeout: ANSWERS_WITHIN_MS,
    keepAliveTimeout: 60_000,
  })

const replyTo = (heard: (reply: Reply) => void): Parameters<Pool['dispatch']>[1] => {
  const chunks: Buffer[] = []
  let sentAtMs = nowMs()
  let status = 0
  let retryAfterMs: number | undefined
  return {
    onRequestStart() {
      sentAtMs = nowMs()
    },
    onResponseStart(_, statusCode, headers) {
      status = statusCode
      const seconds = Number(headers['retry-after'] ?? NaN)
      if (seconds >= 0) retryAfterMs = seconds * 1000
    },
    onResponseData(_, chunk) {
      chunks.push(chunk)
    },
    onResponseEnd() {
      const { body, fault } = readBody(chunks)
      heard({ status, fault, body, retryAfterMs, sentAtMs, atMs: nowMs() })
    },
    onResponseError(_, error) {
      heard(noReply(faultOf(error), sentAtMs))
    },
  }
}

const noReply = (fault: string, sentAtMs: number): Reply => ({
  status: 0,
  fault,
  body: {},
  retryAfterMs: undefined,
  sentAtMs,
  atMs: nowMs(),
})

// In the words of the report; what is not known here keeps its code.
const faultOf = (error: NodeJS.ErrnoException): string => {
  const code = error.code ?? error.name
  return FAULTS[code] ?? code
}

const FAULTS: Record<string, string> = {
  ECONNREFUSED: NO_CONNECTION,
  UND_ERR_CONNECT_TIMEOUT: NO_CONNECTION,
  ECONNRESET: 'socket closed',
  EPIPE: 'socket closed',
  UND_ERR_SOCKET: 'socket closed',
  UND_ERR_HEADERS_TIMEOUT: 'no answer in time',
  UND_ERR_BODY_TIMEOUT: 'no answer in time',
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
