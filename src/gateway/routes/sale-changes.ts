// Operators change sales: edit, delete, pause, resume, close, restock, and stop everything. Every change
// is in the audit log with who and why.

import type { FastifyReply } from 'fastify'
import type { SaleCache } from '../../attempt/sale-cache.ts'
import {
  closeSale,
  pauseSale,
  restockSale,
  resumeSale,
  type SaleChanged,
  stopSales,
} from '../../flows/operators/change-sale.ts'
import { deleteSale, type SaleDeleted } from '../../flows/operators/delete-sale.ts'
import { editSale, type SaleEdited } from '../../flows/operators/edit-sale.ts'
import type { Ports } from '../../ports/ports.ts'
import type { FindOperator } from '../admin-keys.ts'
import { type Answer, json, problem } from '../answers.ts'
import { faultAnswer, saleAnswer } from '../sale-answer.ts'
import type { SaleStates } from '../sale-states.ts'
import { route } from '../schemas/route.ts'
import {
  EditBody,
  IfMatch,
  OperatorSaleView,
  ReasonBody,
  RestockBody,
  StopBody,
  StoppedView,
} from '../schemas/sales.ts'
import { answer, type App } from '../server.ts'
import { versionsOf } from '../versions.ts'
import { operatorOf, operatorsOnly } from './operators.ts'
import { termsIn } from './sale-making.ts'

export interface SaleChangeDeps {
  ports: Pick<Ports, 'catalog' | 'changes' | 'clock' | 'ledger' | 'stock'>
  find: FindOperator
  sales: Pick<SaleCache, 'renew'>
  states: SaleStates
}

interface SaleParams {
  Params: { saleId: string }
}

const SALE = '/api/admin/sales/:saleId'

export const saleChangeRoutes = (deps: SaleChangeDeps) => (app: App) => {
  operatorsOnly(app, deps.find)
  editRoute(app, deps)
  deleteRoute(app, deps)
  stateRoutes(app, deps)
  restockRoute(app, deps)
  stopRoute(app, deps)
}

const editRoute = (app: App, deps: SaleChangeDeps) => {
  const { ports } = deps
  app.patch<SaleParams & { Body: EditBody }>(SALE, { schema: EDIT }, async (request, reply) => {
    const { saleId } = request.params
    const { reason = '', ...body } = request.body
    const versions = versionsOf(request.headers['if-match'])
    if (versions === undefined) {
      const sale = await ports.catalog.readSale(saleId)
      return answer(reply, problem(sale ? 'version-missing' : 'no-such-sale'))
    }
    const of = { saleId, versions, set: termsIn(body), reason, by: operatorOf(request) }
    return answer(reply, await changeAnswer(deps, await editSale(ports, of)))
  })
}

const deleteRoute = (app: App, deps: SaleChangeDeps) => {
  app.delete<SaleParams & { Body: ReasonBody }>(
    SALE,
    { schema: DELETE },
    async (request, reply) => {
      const { saleId } = request.params
      const versions = versionsOf(request.headers['if-match']) ?? 'any'
      const reason = request.body?.reason ?? ''
      const of = { saleId, versions, reason, by: operatorOf(request) }
      const deleted = await deleteSale(deps.ports, of)
      await deps.sales.renew(saleId)
      return answer(reply, deletedAnswer(deleted))
    },
  )
}

const STATES = { pause: pauseSale, resume: resumeSale, close: closeSale } as const

const stateRoutes = (app: App, deps: SaleChangeDeps) => {
  for (const [verb, change] of Object.entries(STATES)) {
    app.post<SaleParams & { Body: ReasonBody }>(
      `${SALE}/${verb}`,
      { schema: STATE[verb as keyof typeof STATES] },
      async (request, reply: FastifyReply) => {
        const { saleId } = request.params
        const reason = request.body?.reason ?? ''
        const changed = await change(deps.ports, { saleId, reason, by: operatorOf(request) })
        return answer(reply, await changeAnswer(deps, changed))
      },
    )
  }
}

// The key goes with the units into one transaction.
const restockRoute = (app: App, deps: SaleChangeDeps) => {
  app.post<SaleParams & { Body: RestockBody }>(
    `${SALE}/restock`,
    { schema: RESTOCK, config: { repeated: 'counted-once' } },
    async (request, reply) => {
      const { saleId } = request.params
      const { idempotencyKey: key } = request
      const of = { saleId, ...request.body, by: operatorOf(request), key }
      return answer(reply, await changeAnswer(deps, await restockSale(deps.ports, of)))
    },
  )
}

const stopRoute = (app: App, { ports, sales }: SaleChangeDeps) => {
  app.post<{ Body: StopBody }>('/api/admin/stop', { schema: STOP }, async (request, reply) => {
    const { reason } = request.body
    const paused = await stopSales(ports, { reason, by: operatorOf(request) })
    for (const saleId of paused) await sales.renew(saleId)
    return answer(reply, json(200, { paused }))
  })
}

const changeAnswer = async (
  deps: SaleChangeDeps,
  changed: SaleChanged | SaleEdited,
): Promise<Answer> => {
  switch (changed.result) {
    case 'changed':
    case 'edited':
      await deps.sales.renew(changed.sale.saleId)
      return saleAnswer(deps, changed.sale)
    case 'malformed':
      return faultAnswer(changed)
    case 'started': {
      const { field } = changed
      const detail = `only its limits can be changed now, not ${field}`
      return problem('sale-started', { field, detail })
    }
    case 'closed':
      return problem('sale-closed')
    case 'version-changed':
    case 'no-such-sale':
      return problem(changed.result)
  }
}

const deletedAnswer = ({ result }: SaleDeleted): Answer => {
  switch (result) {
    case 'deleted':
      return { status: 204, headers: {}, body: '' }
    case 'started':
      return problem('sale-started', { detail: 'close it instead' })
    case 'version-changed':
    case 'no-such-sale':
      return problem(result)
  }
}

const EDIT = route({
  summary: 'Change the terms of a sale: all before its start, only its limits after',
  tag: 'operators',
  credentials: ['admin-key'],
  headers: IfMatch,
  body: EditBody,
  answers: { 200: OperatorSaleView },
  sends: { 200: ['ETag'] },
  refusals: [
    'forbidden',
    'no-such-sale',
    'sale-closed',
    'sale-started',
    'version-changed',
    'version-missing',
  ],
})

const DELETE = route({
  summary: 'Take a sale back before its start',
  tag: 'operators',
  credentials: ['admin-key'],
  headers: IfMatch,
  body: ReasonBody,
  answers: { 204: { contentType: undefined, description: 'There is no such sale any more' } },
  refusals: ['forbidden', 'no-such-sale', 'sale-started', 'version-changed'],
})

const stateTerms = (summary: string, refusals: 'sale-closed'[] = []) =>
  route({
    summary,
    tag: 'operators',
    credentials: ['admin-key'],
    body: ReasonBody,
    answers: { 200: OperatorSaleView },
    sends: { 200: ['ETag'] },
    refusals: ['forbidden', 'no-such-sale', ...refusals],
  })

const STATE = {
  pause: stateTerms('Answer nobody until the sale is resumed', ['sale-closed']),
  resume: stateTerms('Go on selling', ['sale-closed']),
  close: stateTerms('End a sale, for good'),
}

const RESTOCK = route({
  summary: 'Add units to a sale',
  tag: 'operators',
  credentials: ['admin-key'],
  body: RestockBody,
  answers: { 200: OperatorSaleView },
  sends: { 200: ['ETag'] },
  refusals: ['forbidden', 'no-such-sale', 'sale-closed'],
  repeatable: true,
})

const STOP = route({
  summary: 'Pause every sale that has not ended',
  tag: 'operators',
  credentials: ['admin-key'],
  body: StopBody,
  answers: { 200: StoppedView },
  refusals: ['forbidden'],
})
