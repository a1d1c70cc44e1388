// Why there is no connection to Redis, and what to do about it, in one line for whoever started the
// program: what may come right by itself is unreachable, what has to be set right is unusable. It never
// shows a password.

import { EngineError } from '../../domain/errors.ts'
import { TRUST_IT, UNTRUSTED_CERTIFICATE } from '../untrusted.ts'
import type { RedisPlace } from './place.ts'

export const connectionFault = (cause: unknown, place: RedisPlace): EngineError => {
  const found = `${codeOf(cause)} ${messageOf(cause)}`
  const isIn = ([pattern]: [RegExp, string]) => pattern.test(found)
  const lasting = LASTING.find(isIn)
  const [, advice] = lasting ?? PASSING.find(isIn) ?? []
  const message = `Redis at ${addressOf(place)}: ${advice ?? messageOf(cause)}`
  return new EngineError(lasting ? 'STOCK_UNUSABLE' : 'STOCK_UNREACHABLE', { message, cause })
}

export const messageOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause)

// Without credentials.
const addressOf = (place: RedisPlace): string =>
  place.kind === 'redis' ? new URL(place.url).host : place.nodes.join(',')

const codeOf = (cause: unknown): string => (cause as NodeJS.ErrnoException | undefined)?.code ?? ''

const LASTING: [RegExp, string][] = [
  [/NOAUTH/, 'it needs a password: put it into SECKILL_STOCK_URL, as redis://:password@host:6379'],
  [/WRONGPASS/, 'it refuses this user name and password: look at SECKILL_STOCK_URL'],
  [/cluster support disabled/, 'it is not a cluster: write redis:// in SECKILL_STOCK_URL'],
  [/DB index/, 'it has no database of this number: look at the end of SECKILL_STOCK_URL'],
  [/Unknown RESP type/, 'it is not a Redis: something else answers there'],
]

const PASSING: [RegExp, string][] = [
  [UNTRUSTED_CERTIFICATE, TRUST_IT],
  [/ECONNREFUSED/, 'nothing listens: start it, or say in SECKILL_STOCK_URL where it is'],
  [/ENOTFOUND|EAI_AGAIN/, 'a host name that is not known: look at SECKILL_STOCK_URL'],
  [/LOADING/, 'it is still loading its data'],
  [
    /no answer within|Connection timeout|Socket timeout|ETIMEDOUT/,
    'it does not answer in time: is it the right address, and rediss:// where it is encrypted?',
  ],
  [
    /closed unexpectedly|ECONNRESET/,
    'it closes the connection: is it encrypted? then write rediss://',
  ],
]
