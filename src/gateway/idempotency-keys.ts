// Operators' writes with an `Idempotency-Key`: the first answer is kept and given again, marked, to
// whoever sends the same request with the same key. What was begun and has no answer was cut off or is
// still running: it is not run again, unless its route says that this is harmless.
//
// It must never run a write again of which nobody knows whether it has happened.

import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Idempotency, RequestKey } from '../ports/idempotency.ts'
import { problem } from './answers.ts'
import { answer, type App } from './server.ts'

declare module 'fastify' {
  interface FastifyRequest {
    idempotencyKey: string | undefined // of a request that runs
    outcomeUnknown: boolean
  }
  interface FastifyContextConfig {
    // What a repetition may do when the first request was not answered. `counted-once`: the flow writes
    // the key in the transaction of its effect. `harmless`: nothing is changed, no answer is kept.
    repeated?: 'counted-once' | 'harmless'
  }
}

const KEY = /^[\x21-\x7e]{1,255}$/

// These routes, with keys. Reads and routes without an operator are left as they are.
export const withIdempotencyKeys =
  (routes: (app: App) => void, { idempotency }: { idempotency: Idempotency }) =>
  (app: App) => {
    app.decorateRequest('idempotencyKey', undefined)
    app.decorateRequest('outcomeUnknown', false)
    app.addHook('preHandler', (request, reply) => begin(idempotency, request, reply))
    app.setErrorHandler((error, request) => {
      request.outcomeUnknown = true
      throw error
    })
    app.addHook('onSend', async (request, reply, payload) => {
      // An answer that cannot be kept is given all the same: whoever repeats the request is told to look.
      await end(idempotency, { request, reply, payload }).catch(() => undefined)
      return payload
    })
    routes(app)
  }

const begin = async (idempotency: Idempotency, request: FastifyRequest, reply: FastifyReply) => {
  const key = request.headers['idempotency-key']
  const { operator, method } = request
  if (key === undefined || !operator || method === 'GET' || method === 'HEAD') return undefined
  if (typeof key !== 'string' || !KEY.test(key))
    return answer(
      reply,
      problem('malformed', { detail: 'Idempotency-Key: 1 to 255 visible ASCII' }),
    )
  const fingerprint = fingerprintOf(request)
  const known = await idempotency.begin({ operator: operator.id, key, fingerprint })
  switch (known.result) {
    case 'begun':
      break
    case 'unanswered':
      if (request.routeOptions.config.repeated !== undefined) break
      return answer(reply, problem('idempotency-unknown', { retrySeconds: 1 }))
    case 'answered': {
      const headers = { ...known.answer.headers, 'idempotency-replayed': 'true' }
      return answer(reply, { ...known.answer, headers })
    }
    case 'other-request':
      return answer(reply, problem('idempotency-key-reused'))
  }
  request.idempotencyKey = key
  return undefined
}

const fingerprintOf = ({ method, originalUrl, headers, body }: FastifyRequest): string => {
  const asked = [method, originalUrl, headers['if-match'] ?? null, body ?? null]
  return createHash('sha256').update(JSON.stringify(asked)).digest('base64url')
}

// A request that failed may have done what it was to do. One that was put off did nothing, and its
// repetition is wanted.
const end = async (
  idempotency: Idempotency,
  of: { request: FastifyRequest; reply: FastifyReply; payload: unknown },
): Promise<void> => {
  const { request, reply, payload } = of
  const { idempotencyKey, operator, outcomeUnknown, routeOptions } = request
  if (idempotencyKey === undefined || !operator || outcomeUnknown) return
  if (routeOptions.config.repeated === 'harmless') return
  const key: RequestKey = { operator: operator.id, key: idempotencyKey }
  const status = reply.statusCode
  if (status >= 500 || reply.hasHeader('retry-after')) return idempotency.abandon(key)
  const body = textOf(payload)
  await idempotency.keepAnswer({ ...key, answer: { status, headers: headersOf(reply), body } })
}

const textOf = (payload: unknown): string => {
  if (payload instanceof Buffer) return payload.toString()
  assert(payload === undefined || payload === null || typeof payload === 'string')
  return payload ?? ''
}

// What every answer gets anew, by who asks and from where.
const OWN_HEADERS = /^(x-request-id|content-length|vary|access-control-.*)$/

const headersOf = (reply: FastifyReply): Record<string, string> =>
  Object.fromEntries(
    Object.entries(reply.getHeaders())
      .filter(([name]) => !OWN_HEADERS.test(name))
      .map(([name, value]) => [name, String(value)]),
  )
