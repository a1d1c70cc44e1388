// HTTP in, one flow, HTTP out. Attempts go straight to their route on node:http; everything else goes
// through Fastify on the same server: schemas validate, every error becomes a problem document, every
// answer carries a request id, and no stack trace ever leaves.

import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { EngineError } from '../domain/errors.ts'
import { askedOf, logRequests } from './access-log.ts'
import { answerBuyersInTime } from './answer-in-time.ts'
import { type Answer, type AnswerContext, failureAnswer, problem } from './answers.ts'
import {
  type AttemptRouteDeps,
  attemptRoute,
  attemptSaleId,
  closing,
  send,
} from './attempt-route.ts'
import { type Listeners, newServer, type SERVER_LIMITS, takeOver } from './door.ts'
import { BodyError, isJsonType, parseJsonBody } from './json-body.ts'
import { lazySchemas } from './lazy-schemas.ts'
import { describeRoutes } from './openapi.ts'
import type { Origins } from './origins.ts'
import { type RequestId, requestIds } from './request-id.ts'
import { ATTEMPT } from './schemas/attempts.ts'
import { FORMATS } from './schemas/fields.ts'
import { shedEntrances } from './shed-entrances.ts'
import { unfitFor, unreadable } from './unreadable.ts'

export interface GatewayOptions {
  attempts?: Omit<AttemptRouteDeps, 'requestId'> // without: a process that decides none
  log: Logger
  routes: ((app: App) => void)[]
  server?: Server // that listens already; its requests come here from now on
  limits?: Partial<typeof SERVER_LIMITS>
  answersWithinMs?: number // what is no stream, and not asked by operators
  origins?: Origins | undefined // of other pages that may ask; undefined: none
}

export type App = FastifyInstance

const BODY_MAX = 64 * 1024

// Of a process that decides no attempts: nothing it answers hangs on the store's clock.
const OWN_CONTEXT: AnswerContext = { nowMs: Date.now, chance: Math.random }

export const gatewayServer = async (options: GatewayOptions): Promise<App> => {
  const { attempts, log, routes } = options
  const requestId = requestIds()
  const attempt = attempts && attemptRoute({ ...attempts, requestId })
  const server = options.server ?? newServer(options.limits)
  const routed = Promise.withResolvers<Handler>()
  const app = Fastify({
    serverFactory(handler) {
      routed.resolve(handler)
      return server
    },
    genReqId: requestId,
    bodyLimit: BODY_MAX,
    schemaController: lazySchemas(),
    forceCloseConnections: 'idle',
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        formats: FORMATS,
        verbose: true, // a fault comes with the schema of its field
        validateSchema: false, // the schemas are ours, and a test reads them all
      },
    },
    // A long id is no id, whatever its length: no pattern here gets slow by it.
    routerOptions: { ignoreTrailingSlash: false, maxParamLength: Number.MAX_SAFE_INTEGER },
    rewriteUrl: asWritten,
    frameworkErrors: (_error, request, reply) => {
      send(reply.raw, problem('not-found'), request.id) // what is no path at all, like `*`
    },
    return503OnClosing: false,
  })
  readJsonStrictly(app)
  answerErrors(app, { log, context: attempts?.context ?? OWN_CONTEXT })
  logRequests(app, log)
  const known = collectRoutes(app)
  answerBuyersInTime(app, options.answersWithinMs)
  if (attempts) shedEntrances(app, attempts)
  await describeRoutes(app)
  if (attempts) describeAttempts(app)
  for (const route of routes) await app.register(async (scope) => route(scope))
  await app.register(async (scope) => refuseOtherMethods(scope, known))
  await app.ready()
  takeOver(
    server,
    attemptsFirst({ ...options, attempt, handler: await routed.promise, requestId, server }),
  )
  return app
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void

// Attempts are answered before Fastify: here they are only described.
const describeAttempts = (app: App) => {
  app.post('/api/sales/:saleId/attempts', { schema: ATTEMPT }, async (_request, reply) =>
    answer(reply, problem('not-found')),
  )
}

interface Hearing {
  attempt: ReturnType<typeof attemptRoute> | undefined
  handler: Handler
  log: Logger
  origins?: Origins | undefined
  requestId: RequestId
  server: Server
}

const attempted = (
  of: Hearing,
  request: IncomingMessage,
  response: ServerResponse,
  saleId: string,
): void => {
  const failed = (error: unknown) => {
    const requestId = of.requestId(request)
    of.log.error({ err: error, requestId }, 'attempt failed')
    if (response.headersSent) response.destroy()
    else send(response, problem('internal'), requestId)
  }
  try {
    of.attempt!(request, response, saleId)?.catch(failed)
  } catch (error) {
    failed(error)
  }
}

// What Node would answer by itself, it leaves to us: a missing Host and an unknown Expect.
const attemptsFirst = (of: Hearing): Listeners => {
  const { server } = of
  const { owed, refuse } = unreadable(of.requestId)
  const heard = (request: IncomingMessage, response: ServerResponse) => {
    owed(response)
    // Draining: what is asked now is answered, and the connection ends with the answer.
    if (!server.listening) response.shouldKeepAlive = false
    // Nobody changes the protocol here, and Node loses what came in the same bytes as that wish.
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false
    if (of.origins?.(request, response, of.requestId)) return undefined
    const unfit = unfitFor(request)
    if (unfit) return send(response, unfit, of.requestId(request))
    const isPost = request.method === 'POST' && of.attempt !== undefined
    const saleId = isPost ? attemptSaleId(request.url ?? '') : undefined
    if (saleId === undefined) return of.handler(request, response)
    return attempted(of, request, response, saleId)
  }
  return {
    request: heard,
    // Behind an answer that is still owed Node would write this word into the middle of the next one: then
    // it stays unsaid, and whoever waits for it sends his body all the same.
    checkContinue(request, response) {
      if (response.socket !== null) response.writeContinue()
      heard(request, response)
    },
    checkExpectation(request, response) {
      owed(response)
      send(response, closing(problem('expectation-failed')), of.requestId(request))
    },
    connect: (_request, socket) => refuse(new Error('no tunnels here'), socket),
    clientError: refuse,
  }
}

// Paths are compared as they are written, by Fastify as by the attempts' route: nothing is decoded. The
// router does not look at the first character, so what begins with `*` (as in `OPTIONS *`) gets a slash.
const asWritten = ({ url = '/' }: { url?: string | undefined }): string =>
  url.replace(/^[^?#]*/, (path) => path.replaceAll('%', '%25').replace(/^\*/, '/*'))

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

// What is opened in a browser although it is no page does nothing there, and stands in no frame.
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'"

const answerErrors = (app: App, { log, context }: { log: Logger; context: AnswerContext }) => {
  app.addHook('onSend', async (request, reply, payload) => {
    reply.header('x-request-id', request.id)
    reply.header('x-content-type-options', 'nosniff')
    reply.header('cross-origin-resource-policy', 'same-origin')
    if (!reply.hasHeader('content-security-policy'))
      reply.header('content-security-policy', NO_PAGE)
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    return payload
  })
  app.setNotFoundHandler((_request, reply) => {
    answer(reply, problem('not-found'))
  })
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const refusal = refusalOf(error, context)
    if (refusal.status >= 500) log.error({ err: error, ...askedOf(request) }, 'request failed')
    answer(reply, refusal)
  })
}

// Writes an answer to a Fastify reply. A hook that has answered must return what this returns: else
// Fastify goes on to the route.
export const answer = <Reply extends Answerable>(
  reply: Reply,
  { status, headers, body }: Answer,
): Reply => {
  reply.code(status)
  reply.headers(headers)
  if (body === '') reply.send()
  else reply.send(Buffer.from(body)) // as bytes: Fastify adds a charset to text
  return reply
}

interface Answerable {
  code: (status: number) => unknown
  headers: (headers: object) => unknown
  send: (body?: Buffer) => unknown
}

const refusalOf = (error: FastifyError, context: AnswerContext): Answer => {
  if (error.validation) return problem('malformed', { detail: validationDetail(error) })
  if (error instanceof BodyError) return problem('malformed', { detail: error.message })
  if (error instanceof UnsupportedType || error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return problem('unsupported-media-type')
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return problem('payload-too-large')
  if (error instanceof EngineError) return failureAnswer(error, context)
  if (error.statusCode !== undefined && error.statusCode < 500)
    return problem('malformed', { detail: 'the request cannot be read' })
  return problem('internal')
}

const validationDetail = ({ validation, validationContext }: FastifyError): string => {
  const first = validation![0]!
  const path = first.instancePath.slice(1).replaceAll('/', '.')
  const field = first.params.additionalProperty ?? first.params.missingProperty
  const name = [path, typeof field === 'string' ? field : ''].filter(Boolean).join('.')
  return `${name || validationContext || 'body'}: ${wanted(first)}`
}

type Fault = NonNullable<FastifyError['validation']>[number]

// What a pattern or a format allows is said in words, where there are any.
const wanted = (fault: Fault & { parentSchema?: { description?: string } }): string => {
  const words = /^(pattern|format)$/.test(fault.keyword) && fault.parentSchema?.description
  return words ? `must be ${words}` : (fault.message ?? 'is not valid')
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
      schema: { hide: true },
      handler: (_request, reply) => {
        answer(reply, problem('method-not-allowed', { headers: { allow }, allow }))
      },
    })
  }
}
