// Refuses at the entrances while the process is behind. Attempts see to it themselves, and whoever asks
// for what is his own already is heard.

import type { FastifyInstance } from 'fastify'
import type { Shedding } from '../attempt/shedding.ts'
import { type AnswerContext, busy } from './answers.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    entrance?: true // nobody loses units by coming through it later
  }
}

export const shedEntrances = (
  app: FastifyInstance,
  of: { sheds: Shedding; context: AnswerContext },
): void => {
  app.addHook('onRequest', async ({ routeOptions }, reply) => {
    if (!routeOptions.config.entrance || !of.sheds('entrances')) return undefined
    const { status, headers, body } = busy(of.context)
    return reply.code(status).headers(headers).send(Buffer.from(body))
  })
}
