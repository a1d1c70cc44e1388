// Which other pages may call the API from a browser: those whose origin is listed, and no other. What
// lets them in is the bearer token alone, so no cookie is ever asked for.
// https://fetch.spec.whatwg.org/#http-cors-protocol

import type { IncomingMessage, ServerResponse } from 'node:http'
import type { RequestId } from './request-id.ts'

// Marks the answer for the page that asks. True: it was a preflight, and is answered.
export type Origins = (
  request: IncomingMessage,
  response: ServerResponse,
  requestId: RequestId,
) => boolean

// The longest that browsers keep the answer to a preflight.
const KEPT_SECONDS = 86_400

const ALLOWED = {
  'access-control-allow-methods': 'GET, POST, PATCH, DELETE',
  'access-control-allow-headers':
    'Authorization, Challenge-Pass, Content-Type, Idempotency-Key, If-Match, If-None-Match, X-Request-Id',
  'access-control-max-age': String(KEPT_SECONDS),
}

const EXPOSED =
  'ETag, Idempotency-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id'

// Undefined: there is nothing to do for any request.
export const origins = (listed: string[]): Origins | undefined => {
  if (listed.length === 0) return undefined
  const known = new Set(listed)
  return (request, response, requestId) => {
    const { origin, 'access-control-request-method': wanted } = request.headers
    response.setHeader('vary', 'Origin') // also for those who are not listed: answers are cached
    if (origin === undefined || !known.has(origin)) return false
    response.setHeader('access-control-allow-origin', origin)
    if (request.method !== 'OPTIONS' || wanted === undefined) {
      response.setHeader('access-control-expose-headers', EXPOSED)
      return false
    }
    response.writeHead(204, { ...ALLOWED, 'x-request-id': requestId(request) }).end()
    return true
  }
}
