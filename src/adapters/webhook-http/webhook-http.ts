// Sends webhooks over HTTPS, signed as Standard Webhooks has it. Each has a connection of its own, to an
// address that was looked at; nobody is followed to another place, and what is answered is not kept.
//
// It must never connect to an address that is not public, unless its host is allowed by name.

import { randomBytes } from 'node:crypto'
import { type IncomingMessage, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { Webhook } from 'standardwebhooks'
import type {
  WebhookAnswer,
  WebhookMessage,
  WebhookTransport,
} from '../../ports/webhook-transport.ts'
import { checkedLookup, type Resolve, resolveHost } from './checked-lookup.ts'
import { isAllowed, urlRefusal } from './url-refusal.ts'

export interface WebhookHttpDeps {
  allowHosts: string[] // `host` or `host:port`: may be private, and without TLS
  timeoutMs?: number
  resolve?: Resolve
}

// Receivers should have 15 s at least: https://github.com/standard-webhooks/standard-webhooks
const TIMEOUT_MS = 15_000

const SECRET_BYTES = 32

export const webhookHttp = (deps: WebhookHttpDeps): WebhookTransport => ({
  refusal: (url) => urlRefusal(url, deps.allowHosts),
  newSecret: () => `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`,
  async send(message) {
    const refusal = urlRefusal(message.url, deps.allowHosts)
    if (refusal !== undefined) return { result: 'failed', httpStatus: undefined, failure: refusal }
    try {
      return answerOf(await post(message, deps))
    } catch (error) {
      return { result: 'failed', httpStatus: undefined, failure: failureOf(error, deps) }
    }
  },
})

// The timer ends with the try: one of `AbortSignal.timeout` would keep all of it for as long as it runs, and
// who refuses at once is asked many times meanwhile.
const post = async (message: WebhookMessage, deps: WebhookHttpDeps): Promise<IncomingMessage> => {
  const { timeoutMs = TIMEOUT_MS } = deps
  const trying = new AbortController()
  const late = setTimeout(() => trying.abort(new DOMException('', 'TimeoutError')), timeoutMs)
  const stop = () => trying.abort()
  message.signal?.addEventListener('abort', stop)
  if (message.signal?.aborted) stop()
  try {
    return await postUntil(trying.signal, message, deps)
  } finally {
    clearTimeout(late)
    message.signal?.removeEventListener('abort', stop)
  }
}

const postUntil = async (
  signal: AbortSignal,
  message: WebhookMessage,
  { allowHosts, resolve = resolveHost }: WebhookHttpDeps,
): Promise<IncomingMessage> => {
  const url = new URL(message.url)
  const lookup = checkedLookup(isAllowed(url, allowHosts) ? 'any' : 'public', resolve)
  const options = { method: 'POST', agent: false, headers: headersOf(message), lookup, signal }
  const sent = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options)
  const answered = Promise.withResolvers<IncomingMessage>()
  sent.on('response', answered.resolve)
  sent.on('error', answered.reject)
  sent.end(message.payload)
  const answer = await answered.promise
  await readAway(answer)
  return answer
}

const headersOf = ({ secrets, eventId, atMs, payload }: WebhookMessage) => ({
  'content-type': 'application/json',
  'content-length': Buffer.byteLength(payload),
  'user-agent': 'seckill-webhooks',
  'webhook-id': eventId,
  'webhook-timestamp': String(Math.floor(atMs / 1000)),
  'webhook-signature': secrets
    .map((secret) => new Webhook(secret).sign(eventId, new Date(atMs), payload))
    .join(' '),
})

const ANSWER_BYTES_MAX = 16_384

// What a receiver says beside its status is of no interest: a little is read, so that it can finish.
const readAway = async (answer: IncomingMessage) => {
  let bytes = 0
  try {
    for await (const chunk of answer) {
      bytes += (chunk as Buffer).length
      if (bytes > ANSWER_BYTES_MAX) break
    }
  } catch {
    // the status has come: that is the answer
  } finally {
    answer.destroy()
  }
}

const GONE = 410

const answerOf = ({ statusCode: httpStatus = 0, headers }: IncomingMessage): WebhookAnswer => {
  if (httpStatus >= 200 && httpStatus < 300) return { result: 'delivered', httpStatus }
  if (httpStatus === GONE) return { result: 'gone', httpStatus }
  const failure = `answered ${httpStatus}`
  const retryAfterMs = retryAfterMsOf(headers['retry-after'])
  return { result: 'failed', httpStatus, failure, retryAfterMs }
}

// In seconds; the other form, a date, is of another clock.
const retryAfterMsOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^[0-9]{1,6}$/.test(text) ? Number(text) * 1000 : undefined

const failureOf = (error: unknown, { timeoutMs = TIMEOUT_MS }: WebhookHttpDeps): string => {
  const { name, code, message, cause } = error as NodeJS.ErrnoException
  const isLate = cause instanceof DOMException && cause.name === 'TimeoutError'
  if (isLate) return `no answer within ${timeoutMs / 1000} s`
  if (name === 'AbortError') return 'cut short by a stop of the sender'
  return code === undefined ? message : code.toLowerCase()
}
