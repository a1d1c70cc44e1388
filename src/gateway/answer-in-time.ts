// However slow what is behind it is, a buyer is told something; what was asked goes on meanwhile.
// Attempts see to it themselves, and streams of events go on for as long as they like.
//
// Not by Fastify's `handlerTimeout`: that forgets its time when a body has been read, as if whoever asked had
// gone (https://github.com/fastify/fastify/pull/6725).

import type { FastifyInstance } from 'fastify'
import { EngineError } from '../domain/errors.ts'

// Of the three seconds that a buyer has at most (P8), one is left for the way and for a machine that has too
// much to do.
const ANSWERS_WITHIN_MS = 2000

export const answerBuyersInTime = (app: FastifyInstance, ms = ANSWERS_WITHIN_MS): void => {
  app.addHook('onRequest', (request, reply, done) => {
    if (!waitsForLong(request.routeOptions.url)) {
      const late = setTimeout(() => {
        if (!reply.sent) reply.send(unknown())
      }, ms)
      reply.raw.once('close', () => clearTimeout(late))
    }
    done()
  })
}

const waitsForLong = (url = ''): boolean => url.startsWith('/api/admin/') || url.endsWith('/events')

const unknown = () =>
  new EngineError('STORE_UNREACHABLE', { message: 'no answer in time: nothing is known of it' })
