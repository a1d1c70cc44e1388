// POST /api/sales/{saleId}/attempts, straight on node:http: the one path a million people take. It
// reads as little as it can (most attempts have no body), asks the attempt flow, and writes the answer.
// No price, buyer or time is ever taken from what is read here.

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AttemptPurchase } from '../attempt/attempt-purchase.ts'
import type { AttemptRequest } from '../attempt/checks.ts'
import type { Shedding } from '../attempt/shedding.ts'
import type { Outcome } from '../domain/attempt.ts'
import { type Answer, type AnswerContext, attemptAnswer, problem, written } from './answers.ts'
import { BodyError, isJsonType, parseJsonBody } from './json-body.ts'
import type { RequestId } from './request-id.ts'

export interface AttemptRouteDeps {
  attempt: AttemptPurchase
  context: AnswerContext
  requestId: RequestId
  answered: (outcome: Outcome, of: Answered) => void
  nowMs: () => number // monotonic
  sheds: Shedding
  addressOf: (request: IncomingMessage) => string | undefined // where the blocklist names any
}

export interface Answered {
  requestId: string
  tookMs: number
  request: IncomingMessage
  attempt: AttemptRequest | undefined // undefined: nobody looked at it
}

export const ATTEMPT_BODY_MAX = 1024

const ATTEMPT_URL = /^\/api\/sales\/([^/?#]*)\/attempts(?:\?|$)/

let latest: { url: string; saleId: string } | undefined

// The sale id of an attempt's URL; undefined for every other URL. Most attempts of a moment are for one
// sale: to give them one and the same text spares V8 a look-up of every copy of it (0.3 µs).
export const attemptSaleId = (url: string): string | undefined => {
  if (latest?.url === url) return latest.saleId
  const saleId = ATTEMPT_URL.exec(url)?.[1]
  if (saleId !== undefined) latest = { url, saleId }
  return saleId
}

// Most attempts are read and refused without waiting for anything, and their answer is written at once.
export const attemptRoute =
  (deps: AttemptRouteDeps) =>
  (request: IncomingMessage, response: ServerResponse, saleId: string): void | Promise<void> => {
    const startedMs = deps.nowMs()
    const requestId = deps.requestId(request)
    const token = bearerToken(request.headers.authorization)
    let attempt: AttemptRequest | undefined

    const decide = (body: AttemptBody): void | Promise<void> => {
      if (body === 'gone') return
      if ('refusal' in body) return send(response, body.refusal, requestId)
      const { units, fault } = body
      attempt = {
        saleId,
        token,
        units,
        fault,
        pass: passOf(request),
        address: deps.addressOf(request),
        claims: undefined,
      }
      const outcome = deps.attempt(attempt)
      return outcome instanceof Promise ? outcome.then(answer) : answer(outcome)
    }
    const answer = (outcome: Outcome): void => {
      send(response, attemptAnswer(outcome, deps.context), requestId)
      const tookMs = deps.nowMs() - startedMs
      deps.answered(outcome, { requestId, tookMs, request, attempt })
    }

    if (deps.sheds('attempts')) return answer(BUSY)
    const body = readBody(request)
    return body instanceof Promise ? body.then(decide) : decide(body)
  }

const BUSY: Outcome = { outcome: 'busy' }

export const bearerToken = (header = ''): string | undefined =>
  header.slice(0, 7).toLowerCase() === 'bearer ' ? header.slice(7) : undefined

// One that is sent twice is none: what Node joins has a comma in it.
export const passOf = ({ headers }: Pick<IncomingMessage, 'headers'>): string | undefined =>
  headers['challenge-pass'] as string | undefined

export const send = (response: ServerResponse, answer: Answer, requestId: string) => {
  const { fields, encoding } = answer.written ?? written(answer)
  // A list: Node takes it as it is, and looks through an object for half a microsecond.
  response.writeHead(answer.status, [...fields, 'x-request-id', requestId])
  response.end(answer.body, encoding)
}

type AttemptBody = { units: number; fault: string | undefined } | { refusal: Answer } | 'gone'

const NO_BODY: AttemptBody = { units: 1, fault: undefined }

const readBody = (request: IncomingMessage): AttemptBody | Promise<AttemptBody> => {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (encoding === undefined && (length === undefined || length === '0')) {
    closeUnread(request)
    return NO_BODY
  }
  if (Number(length ?? 0) > ATTEMPT_BODY_MAX) return tooLarge()
  if (!isJsonType(request.headers['content-type']) || request.headers['content-encoding'])
    return { refusal: closing(problem('unsupported-media-type')) }
  return collect(request)
}

// What Node does by itself for `optimizeEmptyRequests`, but only where no length is written at all, and
// browsers write 0: nothing will be read here, so nobody need be told of its end. That takes Node half a
// microsecond. Its name is Node's own and not documented: without it all goes on as usual.
const closeUnread = (request: IncomingMessage & { _dumpAndCloseReadable?: () => void }) =>
  request._dumpAndCloseReadable?.()

const tooLarge = (): AttemptBody => ({
  refusal: closing(problem('payload-too-large', { maxBytes: ATTEMPT_BODY_MAX })),
})

// What was not read is not read any more: the connection ends with the answer.
export const closing = ({ status, headers, body }: Answer): Answer => ({
  status,
  headers: { ...headers, connection: 'close' },
  body,
})

const collect = async (request: IncomingMessage): Promise<AttemptBody> => {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > ATTEMPT_BODY_MAX) return tooLarge()
      chunks.push(chunk)
    }
  } catch {
    return 'gone' // the client hung up: there is nobody to answer
  }
  return bytes === 0 ? NO_BODY : unitsOf(Buffer.concat(chunks))
}

const unitsOf = (bytes: Buffer): AttemptBody => {
  try {
    const body = parseJsonBody(bytes)
    if (typeof body !== 'object' || body === null || Array.isArray(body))
      return { units: 0, fault: 'the body must be empty or an object like {"units":1}' }
    const { units = 1, ...rest } = body as { units?: unknown }
    const unknown = Object.keys(rest)[0]
    if (unknown !== undefined)
      return { units: 0, fault: `${JSON.stringify(unknown)}: only units may be named here` }
    if (!Number.isSafeInteger(units) || (units as number) < 1)
      return { units: 0, fault: 'units: must be a whole number of 1 or more' }
    return { units: units as number, fault: undefined }
  } catch (error) {
    if (error instanceof BodyError) return { units: 0, fault: error.message }
    throw error
  }
}
