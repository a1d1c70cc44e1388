// The door to everything an operator may do: a good admin key, and for changes the role `operator`. A
// sale id that is none names no sale, in whatever spelling.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { isId } from '../../domain/ids.ts'
import type { FindOperator, Operator } from '../admin-keys.ts'
import { problem } from '../answers.ts'
import { bearerToken } from '../attempt-route.ts'
import { answer, type App } from '../server.ts'

declare module 'fastify' {
  interface FastifyRequest {
    operator: Operator | undefined
  }
}

// Guards every route of this scope that is registered after it.
export const operatorsOnly = (app: App, find: FindOperator) => {
  app.decorateRequest('operator', undefined)
  app.addHook('onRequest', async (request, reply) => {
    const operator = find(bearerToken(request.headers.authorization))
    request.operator = operator
    if (operator === undefined) return answer(reply, problem('unauthorized'))
    const reading = request.method === 'GET' || request.method === 'HEAD'
    if (!reading && operator.role !== 'operator') return answer(reply, problem('forbidden'))
    const { saleId } = request.params as { saleId?: string }
    if (saleId !== undefined && !isId(saleId)) return noSuchSale(reply)
  })
}

export const operatorOf = (request: FastifyRequest): string => request.operator!.id

// The answer to a change of a sale that does not exist.
export const noSuchSale = (reply: FastifyReply) => answer(reply, problem('no-such-sale'))
