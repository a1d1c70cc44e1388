// Operators make sales, from nothing or like another one.

import type { FastifyReply } from 'fastify'
import type { SaleCache } from '../../attempt/sale-cache.ts'
import type { SaleTerms } from '../../domain/sale.ts'
import { cloneSale } from '../../flows/operators/clone-sale.ts'
import { createSale, type SaleCreated } from '../../flows/operators/create-sale.ts'
import type { RebuildSettings } from '../../flows/stock/look-after.ts'
import type { Ports } from '../../ports/ports.ts'
import type { FindOperator } from '../admin-keys.ts'
import { faultAnswer, saleAnswer } from '../sale-answer.ts'
import type { SaleStates } from '../sale-states.ts'
import { route } from '../schemas/route.ts'
import { CloneBody, OperatorSaleView, SaleBody } from '../schemas/sales.ts'
import { answer, type App } from '../server.ts'
import { noSuchSale, operatorOf, operatorsOnly } from './operators.ts'

export interface SaleMakingDeps {
  ports: Ports
  find: FindOperator
  sales: Pick<SaleCache, 'renew'>
  rebuild: () => RebuildSettings
  states: SaleStates
}

export const saleMakingRoutes = (deps: SaleMakingDeps) => (app: App) => {
  const { ports, find, rebuild } = deps
  operatorsOnly(app, find)

  app.post<{ Body: SaleBody }>('/api/admin/sales', { schema: CREATE }, async (request, reply) => {
    const { startsAt, endsAt, ...rest } = request.body
    const draft = { ...rest, startsAtMs: Date.parse(startsAt), endsAtMs: Date.parse(endsAt) }
    const of = { draft, by: operatorOf(request), rebuild: rebuild() }
    return createdAnswer(deps, reply, await createSale(ports, of))
  })

  app.post<{ Params: { saleId: string }; Body: CloneBody }>(
    '/api/admin/sales/:saleId/clone',
    { schema: CLONE },
    async (request, reply) => {
      const { saleId } = request.params
      const set = { ...termsIn(request.body), startsAtMs: Date.parse(request.body.startsAt) }
      const of = { saleId, set, by: operatorOf(request), rebuild: rebuild() }
      return createdAnswer(deps, reply, await cloneSale(ports, of))
    },
  )
}

// Some of the terms of a sale, as the flows have them.
export const termsIn = ({ startsAt, endsAt, ...same }: Partial<SaleBody>): Partial<SaleTerms> => ({
  ...same,
  ...(startsAt !== undefined && { startsAtMs: Date.parse(startsAt) }),
  ...(endsAt !== undefined && { endsAtMs: Date.parse(endsAt) }),
})

const createdAnswer = async (
  deps: SaleMakingDeps,
  reply: FastifyReply,
  created: SaleCreated | { result: 'no-such-sale' },
) => {
  switch (created.result) {
    case 'created': {
      const { sale } = created
      await deps.sales.renew(sale.saleId)
      const headers = { location: `/api/admin/sales/${sale.saleId}` }
      return answer(reply, await saleAnswer(deps, sale, { status: 201, headers }))
    }
    case 'malformed':
      return answer(reply, faultAnswer(created))
    case 'no-such-sale':
      return noSuchSale(reply)
  }
}

const CREATE = route({
  summary: 'Make a sale',
  tag: 'operators',
  credentials: ['admin-key'],
  body: SaleBody,
  answers: { 201: OperatorSaleView },
  sends: { 201: ['ETag', 'Location'] },
  refusals: ['forbidden'],
})

const CLONE = route({
  summary: 'Make a sale like this one but for what is said',
  tag: 'operators',
  credentials: ['admin-key'],
  body: CloneBody,
  answers: { 201: OperatorSaleView },
  sends: { 201: ['ETag', 'Location'] },
  refusals: ['forbidden', 'no-such-sale'],
})
