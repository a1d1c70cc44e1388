// One line of the log for each request that is no attempt, where somebody wants to see that much. It
// names the route and what of it is a plain id, never the path as it came: people write tokens into paths.

import type { FastifyRequest } from 'fastify'
import type { Logger } from 'pino'
import type { App } from './server.ts'

// Without the level nothing is hooked in, and a request costs nothing.
export const logRequests = (app: App, log: Logger): void => {
  if (!log.isLevelEnabled('debug')) return
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request
    const tookMs = Math.round(reply.elapsedTime)
    log.debug({ ...askedOf(request), method, status: reply.statusCode, tookMs }, 'request answered')
  })
}

// By which everything that is logged of one request is found. Without a route nothing was found there.
export const askedOf = ({ id, params, routeOptions }: FastifyRequest) => {
  const named = (params ?? {}) as Record<string, string>
  const ids = ['orderId', 'saleId'].filter((name) => ID.test(named[name] ?? ''))
  return {
    requestId: id,
    route: routeOptions.url,
    ...Object.fromEntries(ids.map((name) => [name, named[name]])),
  }
}

const ID = /^[1-9][0-9]{0,18}$/
