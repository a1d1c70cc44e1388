// What became of webhooks, for operators, and having one sent again.

import { isId } from '../../domain/ids.ts'
import type { Ports } from '../../ports/ports.ts'
import type { DeliverySelection, WebhookDelivery } from '../../ports/webhooks.ts'
import type { FindOperator } from '../admin-keys.ts'
import { json, problem } from '../answers.ts'
import { listPage } from '../list-page.ts'
import { route } from '../schemas/route.ts'
import { ReasonBody } from '../schemas/sales.ts'
import { DeliveriesQuery, DeliveriesView, DeliveryView } from '../schemas/webhooks.ts'
import { answer, type App } from '../server.ts'
import { instant, instantOrNone } from '../views.ts'
import { operatorOf, operatorsOnly } from './operators.ts'

export interface DeliveryDeps {
  ports: Pick<Ports, 'clock' | 'webhooks'>
  find: FindOperator
}

const PATH = '/api/admin/deliveries'

export const deliveryRoutes = (deps: DeliveryDeps) => (app: App) => {
  operatorsOnly(app, deps.find)
  listRoute(app, deps)
  replayRoute(app, deps)
}

const listRoute = (app: App, { ports: { webhooks } }: DeliveryDeps) => {
  app.get<{ Querystring: DeliveriesQuery }>(PATH, { schema: LIST }, async ({ query }, reply) => {
    const of = selectionOf(query)
    if (of === undefined) return answer(reply, problem('malformed', { detail: ONE }))
    const { rows, nextCursor } = await listPage(query, {
      read: (at) => webhooks.listDeliveries({ of, ...at }),
      idOf: ({ deliveryId }) => deliveryId,
    })
    return { deliveries: rows.map(deliveryView), nextCursor }
  })
}

const ONE = 'name at most one of endpointId, orderId and saleId; a status goes with an endpointId'

const selectionOf = (query: DeliveriesQuery): DeliverySelection | undefined => {
  const { endpointId, orderId, saleId, status } = query
  const named = [endpointId, orderId, saleId].filter((one) => one !== undefined)
  if (named.length > 1 || (status !== undefined && endpointId === undefined)) return undefined
  if (endpointId !== undefined) return { by: 'endpoint', endpointId, status }
  if (orderId !== undefined) return { by: 'subject', subject: `order ${orderId}` }
  if (saleId !== undefined) return { by: 'subject', subject: `sale ${saleId}` }
  return { by: 'all' }
}

const replayRoute = (app: App, { ports: { clock, webhooks } }: DeliveryDeps) => {
  app.post<{ Params: { deliveryId: string }; Body: ReasonBody }>(
    `${PATH}/:deliveryId/replay`,
    { schema: REPLAY },
    async (request, reply) => {
      const { deliveryId } = request.params
      if (!isId(deliveryId)) return answer(reply, problem('no-such-delivery'))
      const by = { by: operatorOf(request), reason: request.body?.reason ?? '' }
      const replayed = await webhooks.replay({ deliveryId, nowMs: clock.nowMs(), ...by })
      if (replayed === 'no-such-delivery') return answer(reply, problem(replayed))
      if (replayed === 'endpoint-disabled')
        return answer(reply, problem('webhook-endpoint-disabled'))
      return answer(reply, json(202, deliveryView(replayed)))
    },
  )
}

const deliveryView = (delivery: WebhookDelivery) => {
  const { deliveryId, endpointId, eventId, type, payload, status, attempts } = delivery
  const [kind, subjectId] = delivery.subject.split(' ')
  return {
    deliveryId,
    endpointId,
    eventId,
    type,
    [`${kind}Id`]: subjectId,
    payload,
    status,
    attempts,
    createdAt: instant(delivery.createdAtMs),
    nextAttemptAt: instantOrNone(delivery.nextAttemptAtMs),
    lastAttempt: delivery.lastAttempt && attemptView(delivery.lastAttempt),
    finishedAt: instantOrNone(delivery.finishedAtMs),
  }
}

const attemptView = ({ atMs, ...said }: NonNullable<WebhookDelivery['lastAttempt']>) => ({
  at: instant(atMs),
  ...said,
})

const LIST = route({
  summary: 'Webhooks, newest first, and what became of them',
  tag: 'operators',
  credentials: ['admin-key'],
  query: DeliveriesQuery,
  answers: { 200: DeliveriesView },
  refusals: [],
})

const REPLAY = route({
  summary: 'Send a webhook again',
  tag: 'operators',
  credentials: ['admin-key'],
  body: ReasonBody,
  answers: { 202: DeliveryView },
  refusals: ['forbidden', 'no-such-delivery', 'webhook-endpoint-disabled'],
})
