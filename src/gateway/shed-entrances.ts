// Refuses at the entrances while the process is behind. Attempts see to it themselves, and whoever asks
// for what is his own already is heard.

import type { FastifyInstance } from 'fastify'
import type { Shedding } from '../attempt/shedding.ts'
import { type AnswerContext, busy } from './answers.ts'

const ENTRANCES = new Set([
  'POST /api/buyers',
  'POST /api/sessions',
  'POST /api/sales/:saleId/entries',
  'GET /api/sales/:saleId/challenge',
  'POST /api/sales/:saleId/challenge',
])

export const shedEntrances = (
  app: FastifyInstance,
  of: { sheds: Shedding; context: AnswerContext },
): void => {
  app.addHook('onRequest', async ({ method, routeOptions }, reply) => {
    if (!ENTRANCES.has(`${method} ${routeOptions.url}`) || !of.sheds('entrances')) return undefined
    const { status, headers, body } = busy(of.context)
    return reply.code(status).headers(headers).send(Buffer.from(body))
  })
}
