// The only place that knows status codes: what each outcome and each refusal looks like in HTTP.
// Refusals are problem documents (RFC 9457) with a stable `code`; whatever may be tried again says when
// (`Retry-After`, whole seconds, jittered so that a herd does not come back as one).

import type { Outcome } from '../domain/attempt.ts'
import type { EngineError } from '../domain/errors.ts'
import type { SaleId } from '../domain/ids.ts'

export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
  written?: Written // of an answer that is given again and again
}

// What goes out, but for the request id.
export interface Written {
  fields: string[] // name, value, name, value …
  encoding: 'latin1' | 'utf8'
}

// Everything an answer may depend on that is not in the outcome.
export interface AnswerContext {
  nowMs: () => number
  chance: () => number // 0 ≤ chance < 1
}

export const attemptAnswer = (outcome: Outcome, context: AnswerContext): Answer => {
  switch (outcome.outcome) {
    case 'malformed':
    case 'unauthorized':
      return problem(outcome.outcome, { detail: outcome.detail })
    case 'rate-limited':
      return rateLimited(outcome, context)
    case 'challenge-required':
      return challengeRequired(outcome.saleId)
    case 'already-reserved':
      return json(200, outcome)
    case 'not-started':
      return notStarted(outcome, context)
    case 'accepted': {
      const { orderId, saleId } = outcome
      const location = `/api/orders/${orderId}?saleId=${saleId}`
      return json(202, { outcome: 'accepted', orderId, status: 'in-transit' }, { location })
    }
    case 'busy':
      return busy(context, { orderId: outcome.orderId })
    case 'paused':
    case 'rebuilding':
      return problem(outcome.outcome, { retrySeconds: soon(context) })
    case 'no-such-sale':
    case 'blocked':
    case 'ended':
    case 'sold-out':
      return FIXED[outcome.outcome]
  }
}

export const PROBLEMS = {
  malformed: [400, 'The request is not as it should be'],
  unauthorized: [401, 'This credential does not open this door'],
  'wrong-name-or-password': [401, 'There is no account with this name and password'],
  forbidden: [403, 'A viewer may only read'],
  blocked: [403, 'This buyer, or this address, may not take part'],
  'not-started': [403, 'The sale has not started'],
  'not-found': [404, 'There is nothing here'],
  'no-such-sale': [404, 'There is no such sale'],
  'no-such-entry': [404, 'You have not entered this sale'],
  'accounts-elsewhere': [404, 'Accounts are kept by another identity provider'],
  'no-such-payment': [404, 'There is no such payment'],
  'no-such-order': [404, 'There is no such order'],
  'no-such-block': [404, 'Nothing of the kind is blocked now'],
  'no-such-dead-letter': [404, 'There is no such dead letter'],
  'no-such-webhook-endpoint': [404, 'There is no such webhook endpoint'],
  'no-such-delivery': [404, 'There is no such delivery'],
  'no-such-buyer': [404, 'Nothing is kept of such a buyer'],
  'method-not-allowed': [405, 'This method does not exist here'],
  'request-timeout': [408, 'The request took too long to arrive'],
  'unreadable-dead-letter': [
    409,
    'This message cannot be read, by this version of the program at least',
  ],
  'name-taken': [409, 'This name is taken'],
  'order-not-pending': [409, 'Only a pending order can be cancelled or paid'],
  'nothing-to-refund': [409, 'No money is owed back for this order'],
  'too-many-payments': [409, 'This order was tried to be paid for too often'],
  'order-in-transit': [409, 'The order is still being recorded'],
  'blocklist-full': [409, 'The blocklist is full: lift what need not be blocked any more'],
  'too-many-webhook-endpoints': [
    409,
    'There are as many webhook endpoints as there may be: delete one that is not needed',
  ],
  'webhook-endpoint-disabled': [
    409,
    'The endpoint is disabled: enable it, and it gets what is open',
  ],
  'buyer-has-pending-orders': [
    409,
    'The buyer has orders in transit or pending; cancel them first',
  ],
  'sale-closed': [409, 'A closed sale stays closed'],
  'sale-started': [409, 'The sale has started, or starts within 6 s'],
  'strategy-unknown': [
    409,
    'This stock engine does not know the strategy of the sale; set SECKILL_STOCK_URL as it was',
  ],
  'idempotency-unknown': [
    409,
    'A request with this Idempotency-Key was begun and is not answered; look what became of it',
  ],
  'sold-out': [409, 'Sold out; units may come back'],
  ended: [410, 'The sale has ended'],
  'version-missing': [412, 'Say in If-Match which version this is to change'],
  'version-changed': [412, 'It was changed in the meantime; look at it before changing it'],
  'payload-too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'Bodies are application/json in UTF-8'],
  'expectation-failed': [417, 'Nothing but 100-continue can be expected here'],
  'idempotency-key-reused': [422, 'This Idempotency-Key came with another request before'],
  'challenge-failed': [422, 'The challenge is not solved by this: get a new one'],
  'challenge-required': [428, 'Solve a challenge first'],
  'header-too-large': [431, 'The headers are too large'],
  'rate-limited': [429, 'Too many attempts'],
  'too-many-tries': [429, 'Too many tries to sign in or sign up'],
  internal: [500, 'Something went wrong here; the request id finds it in the log'],
  busy: [503, 'Too busy to answer; ask again'],
  'identity-unreachable': [503, 'The identity provider cannot be reached; ask again'],
  'payments-off': [503, 'Payments are switched off here'],
  paused: [503, 'The sale is paused'],
  rebuilding: [503, 'The stock engine is being rebuilt; ask again'],
  'stock-unreachable': [503, 'The stock engine cannot be reached now; look before asking again'],
  'store-unavailable': [503, 'The store cannot keep anything now; look before asking again'],
  'store-full': [507, 'The disk is full; what was asked may be kept: look before asking again'],
} as const satisfies Record<string, readonly [number, string]>

export type ProblemCode = keyof typeof PROBLEMS

// What no route names, because any request may meet it.
export const TROUBLE = [
  'malformed',
  'request-timeout',
  'payload-too-large',
  'unsupported-media-type',
  'expectation-failed',
  'header-too-large',
  'internal',
  'busy',
  'stock-unreachable',
  'store-unavailable',
  'store-full',
] as const satisfies ProblemCode[]

// What may be asked again: the answer always says when.
export const PUT_OFF: readonly ProblemCode[] = [
  'not-started',
  'order-in-transit',
  'idempotency-unknown',
  'rate-limited',
  'too-many-tries',
  'busy',
  'identity-unreachable',
  'paused',
  'rebuilding',
  'stock-unreachable',
  'store-unavailable',
  'store-full',
]

export interface ProblemDetails {
  detail?: string | undefined
  retrySeconds?: number | undefined
  headers?: Record<string, string>
  [member: string]: unknown
}

export const problem = (code: ProblemCode, details: ProblemDetails = {}): Answer => {
  const { retrySeconds, headers, ...members } = details
  const [status, title] = PROBLEMS[code]
  const challenge = status === 401 ? { 'www-authenticate': 'Bearer' } : {}
  const retry = retrySeconds === undefined ? {} : { 'retry-after': String(retrySeconds) }
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...challenge, ...retry, ...headers },
    body: JSON.stringify({ type: `urn:seckill:problem:${code}`, title, status, code, ...members }),
  }
}

// The world failed. What was asked may have been kept all the same.
export const failureAnswer = ({ code }: EngineError, context: AnswerContext): Answer => {
  const retrySeconds = soon(context)
  if (code === 'STORE_FULL') return problem('store-full', { retrySeconds })
  if (code === 'IDENTITY_UNREACHABLE') return problem('identity-unreachable', { retrySeconds })
  if (code === 'STOCK_UNREACHABLE') return problem('stock-unreachable', { retrySeconds })
  if (code === 'STORE_READ_ONLY') return problem('store-unavailable', { retrySeconds })
  return problem('busy', { retrySeconds })
}

// Where every character is one byte, the text goes out as it is.
export const written = ({ headers, body }: Answer): Written => {
  const bytes = Buffer.byteLength(body)
  const always = ['cache-control', 'no-store', 'x-content-type-options', 'nosniff']
  return {
    fields: ['content-length', String(bytes), ...always, ...Object.entries(headers).flat()],
    encoding: bytes === body.length ? 'latin1' : 'utf8',
  }
}

const fixed = (code: ProblemCode): Answer => {
  const answer = problem(code)
  return { ...answer, written: written(answer) }
}

const FIXED = {
  'no-such-sale': fixed('no-such-sale'),
  blocked: fixed('blocked'),
  ended: fixed('ended'),
  'sold-out': fixed('sold-out'),
}

export const json = (
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): Answer => ({
  status,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value),
})

// `challenge` is where to get one, and where to bring its solution.
export const challengeRequired = (saleId: SaleId): Answer =>
  problem('challenge-required', { challenge: `/api/sales/${saleId}/challenge` })

export const busy = (context: AnswerContext, members: { orderId?: string | undefined } = {}) =>
  problem('busy', { retrySeconds: soon(context), ...members })

// It has another address, and will always have.
export const movedTo = (location: string): Answer => ({
  status: 308,
  headers: { location },
  body: '',
})

// Nothing to say but that it is done.
export const done: Answer = { status: 204, headers: {}, body: '' }

// 1 to 3 seconds: long enough to let go, short enough to stay in the sale.
const soon = ({ chance }: AnswerContext) => 1 + Math.floor(chance() * 3)

// A buyer's own limit is free again when it says. One that many share says it to all of them at once, a moment
// before it is free: they are sent apart, or those who do as they are told come back as one.
const rateLimited = (
  outcome: Extract<Outcome, { outcome: 'rate-limited' }>,
  context: AnswerContext,
): Answer => {
  const { level, quota, windowMs, retryMs } = outcome
  const freeSeconds = Math.ceil(retryMs / 1000)
  return problem('rate-limited', {
    level,
    retrySeconds: level === 'buyer' ? freeSeconds : freeSeconds - 1 + soon(context),
    headers: {
      'ratelimit-policy': `"${level}";q=${quota};w=${windowMs / 1000}`,
      ratelimit: `"${level}";r=0;t=${freeSeconds}`,
    },
  })
}

// It is time to ask again at `againAtMs`.
export const notStarted = (
  { startsAtMs, againAtMs = startsAtMs }: { startsAtMs: number; againAtMs?: number },
  { nowMs, chance }: AnswerContext,
): Answer => {
  const waitMs = Math.max(0, againAtMs - nowMs())
  const retrySeconds = Math.max(1, Math.ceil(waitMs / 1000 + chance()))
  return problem('not-started', { retrySeconds, startsAt: new Date(startsAtMs).toISOString() })
}
