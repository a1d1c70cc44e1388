// What a failure of Kafka's client means, in one line for whoever started the program. The client says
// most of it in errors inside errors.

import { EngineError } from '../../domain/errors.ts'
import { TRUST_IT, UNTRUSTED_CERTIFICATE } from '../untrusted.ts'

// Of anything that is thrown while Kafka is asked.
export const unreachable = (cause: unknown, brokers: string[]): EngineError => {
  if (cause instanceof EngineError) return cause
  const said = [...messagesOf(cause)]
  const known = [...PASSING, ...LASTING].find(([pattern]) =>
    said.some((message) => pattern.test(message)),
  )
  const message = `Kafka at ${brokers.join()}: ${known?.[1] ?? said.at(-1)}`
  const lasts = known !== undefined && LASTING.includes(known)
  return new EngineError(lasts ? 'QUEUE_UNUSABLE' : 'QUEUE_UNREACHABLE', { message, cause })
}

export const unusable = (message: string): EngineError =>
  new EngineError('QUEUE_UNUSABLE', { message })

// Did the broker say this, as Kafka spells its errors?
export const isKafkaError = (error: unknown, id: string): boolean =>
  [...errorsOf(error)].some((one) => one.apiId === id)

type ClientError = Error & { apiId?: string; code?: string; errors?: unknown[] }

const errorsOf = function* (error: unknown): Generator<ClientError> {
  if (!(error instanceof Error)) return
  yield error
  for (const inner of (error as ClientError).errors ?? []) yield* errorsOf(inner)
  yield* errorsOf(error.cause)
}

// From the outermost to the innermost.
const messagesOf = function* (error: unknown): Generator<string> {
  for (const { apiId = '', code = '', message } of errorsOf(error))
    yield `${apiId} ${code} ${message}`.trim()
}

export const CHANGED = 'the group of workers has changed: what was not committed is delivered again'

// What has to be set right.
const LASTING: [RegExp, string][] = [
  [/requires TLS/, 'it is encrypted: write kafkas:// in SECKILL_QUEUE_URL'],
  [
    /SASL_AUTHENTICATION_FAILED/,
    'it does not know this user and password: look at SECKILL_QUEUE_URL',
  ],
  [/AUTHORIZATION_FAILED/, 'it does not let this program read and write its topic and its group'],
]

// What may come right by itself.
const PASSING: [RegExp, string][] = [
  [UNTRUSTED_CERTIFICATE, TRUST_IT],
  [/TLS handshake failed/, 'it is not encrypted: write kafka:// in SECKILL_QUEUE_URL'],
  [/ECONNREFUSED/, 'nothing listens: start it, or say in SECKILL_QUEUE_URL where it is'],
  [/ENOTFOUND|EAI_AGAIN/, 'a host name that is not known: look at SECKILL_QUEUE_URL'],
  [/no answer within|timed out|TIMED_OUT/, 'it does not answer in time'],
  [/ILLEGAL_GENERATION|UNKNOWN_MEMBER_ID|REBALANCE_IN_PROGRESS/, CHANGED],
  [/NOT_ENOUGH_REPLICAS/, 'too few of its brokers are up to keep a message safe'],
]
