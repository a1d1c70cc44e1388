// HTTP in, one flow, HTTP out. Attempts go straight to their route on node:http; everything else goes
// through Fastify on the same server: schemas validate, every error becomes a problem document, every
// answer carries a request id, and no stack trace ever leaves.

import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { EngineError } from '../domain/errors.ts'
import { type Answer, problem } from './answers.ts'
import { type AttemptRouteDeps, attemptRoute, attemptSaleId, send } from './attempt-route.ts'
import { BodyError, isJsonType, parseJsonBody } from './json-body.ts'

export interface GatewayOptions {
  attempts: Omit<AttemptRouteDeps, 'requestId'>
  log: Logger
  routes: ((app: App) => void)[]
}

export type App = FastifyInstance

const BODY_MAX = 64 * 1024

// Above nginx's 60 s, so that an edge in front never meets a connection we are just closing.
const SERVER_LIMITS = {
  keepAliveTimeout: 72_000,
  headersTimeout: 15_000,
  requestTimeout: 15_000,
  connectionsCheckingInterval: 5000,
  maxHeaderSize: 8192,
}

export const gatewayServer = async ({ attempts, log, routes }: GatewayOptions): Promise<App> => {
  const requestId = requestIds()
  const attempt = attemptRoute({ ...attempts, requestId })
  const app = Fastify({
    serverFactory: (handler) => attemptsFirst({ attempt, handler, log, requestId }),
    genReqId: requestId,
    bodyLimit: BODY_MAX,
    forceCloseConnections: 'idle',
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: 100 },
    return503OnClosing: false,
  })
  readJsonStrictly(app)
  answerErrors(app, log)
  const known = collectRoutes(app)
  known.set('/api/sales/:saleId/attempts', new Set(['POST'])) // answered before Fastify
  for (const route of routes) await app.register(async (scope) => route(scope))
  await app.register(async (scope) => refuseOtherMethods(scope, known))
  await app.ready()
  return app
}

// An inbound id is kept if it is harmless in a log; otherwise one is made.
const requestIds = () => {
  const process = randomBytes(6).toString('base64url')
  let count = 0
  return (request: IncomingMessage): string => {
    const given = request.headers['x-request-id']
    if (typeof given === 'string' && /^[A-Za-z0-9._-]{1,64}$/.test(given)) return given
    count += 1
    return `${process}-${count.toString(36)}`
  }
}

const attemptsFirst = (of: {
  attempt: ReturnType<typeof attemptRoute>
  handler: (request: IncomingMessage, response: ServerResponse) => void
  log: Logger
  requestId: (request: IncomingMessage) => string
}): Server => {
  const server = createServer(SERVER_LIMITS, (request, response) => {
    // Draining: what is asked now is answered, and the connection ends with the answer.
    if (!server.listening) response.shouldKeepAlive = false
    const saleId = request.method === 'POST' ? attemptSaleId(request.url ?? '') : undefined
    if (saleId === undefined) return of.handler(request, response)
    of.attempt(request, response, saleId).catch((error: unknown) => {
      of.log.error({ err: error }, 'attempt failed')
      if (response.headersSent) response.destroy()
      else send(response, problem('internal'), of.requestId(request))
    })
  })
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return socket.destroy()
    const tooLarge = error.code === 'HPE_HEADER_OVERFLOW'
    socket.end(rawAnswer(problem(tooLarge ? 'header-too-large' : 'malformed')))
  })
  return server
}

const rawAnswer = ({ status, headers, body }: Answer): string => {
  const fields = { ...headers, 'content-length': Buffer.byteLength(body), connection: 'close' }
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`)
  return `HTTP/1.1 ${status} \r\n${lines.join('\r\n')}\r\n\r\n${body}`
}

const readJsonStrictly = (app: App) => {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser(
    /^application\/json/,
    { parseAs: 'buffer' },
    async (request: { headers: IncomingMessage['headers'] }, body: Buffer) => {
      if (!isJsonType(request.headers['content-type']) || request.headers['content-encoding'])
        throw new UnsupportedType()
      return body.length === 0 ? undefined : parseJsonBody(body)
    },
  )
}

class UnsupportedType extends Error {}

const answerErrors = (app: App, log: Logger) => {
  app.addHook('onSend', async (request, reply, payload) => {
    reply.header('x-request-id', request.id)
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    return payload
  })
  app.setNotFoundHandler((_request, reply) => {
    answer(reply, problem('not-found'))
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = refusalOf(error)
    if (refusal.status >= 500)
      log.error({ err: error, requestId: request.id, url: request.url }, 'request failed')
    answer(reply, refusal)
  })
}

// Writes an answer to a Fastify reply.
export const answer = (
  reply: {
    code: (status: number) => unknown
    headers: (headers: object) => unknown
    send: (body: Buffer) => unknown
  },
  { status, headers, body }: Answer,
) => {
  reply.code(status)
  reply.headers(headers)
  reply.send(Buffer.from(body)) // as bytes: Fastify adds a charset to text
}

const refusalOf = (error: FastifyError): Answer => {
  if (error.validation) return problem('malformed', { detail: validationDetail(error) })
  if (error instanceof BodyError) return problem('malformed', { detail: error.message })
  if (error instanceof UnsupportedType || error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return problem('unsupported-media-type')
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return problem('payload-too-large')
  if (error instanceof EngineError) return failureAnswer(error)
  if (error.statusCode !== undefined && error.statusCode < 500)
    return problem('malformed', { detail: 'the request cannot be read' })
  return problem('internal')
}

const failureAnswer = (error: EngineError): Answer => {
  if (error.code === 'STORE_FULL') return problem('store-full')
  if (error.code === 'STORE_READ_ONLY') return problem('store-unavailable')
  return problem('busy', { retrySeconds: 1 })
}

const validationDetail = ({ validation, validationContext }: FastifyError): string => {
  const first = validation![0]!
  const path = first.instancePath.slice(1).replaceAll('/', '.')
  const field = first.params.additionalProperty ?? first.params.missingProperty
  const name = [path, typeof field === 'string' ? field : ''].filter(Boolean).join('.')
  return `${name || validationContext || 'body'}: ${first.message ?? 'is not valid'}`
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']

const collectRoutes = (app: App) => {
  const known = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const methods = known.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    known.set(url, methods)
  })
  return known
}

const refuseOtherMethods = (app: App, known: Map<string, Set<string>>) => {
  for (const [url, methods] of Array.from(known)) {
    const allow = [...methods].join(', ')
    const method = METHODS.filter((one) => !methods.has(one))
    app.route({
      url,
      method,
      handler: (_request, reply) => {
        answer(reply, problem('method-not-allowed', { headers: { allow }, allow }))
      },
    })
  }
}
