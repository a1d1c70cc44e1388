// Where webhooks go, for operators: make, look, change, give another secret, delete. A secret is shown
// when it is made and never again.

import { isId } from '../../domain/ids.ts'
import { EVENT_TYPES } from '../../domain/webhook-event.ts'
import {
  changeEndpoint,
  createEndpoint,
  rotateSecret,
} from '../../flows/webhooks/change-endpoint.ts'
import type { Ports } from '../../ports/ports.ts'
import type { Endpoint } from '../../ports/webhooks.ts'
import type { FindOperator } from '../admin-keys.ts'
import { type Answer, done, json, problem } from '../answers.ts'
import { route } from '../schemas/route.ts'
import { IfMatch, ReasonBody } from '../schemas/sales.ts'
import {
  EndpointBody,
  EndpointEditBody,
  EndpointsView,
  EndpointView,
  NewEndpointView,
  NewSecretView,
} from '../schemas/webhooks.ts'
import { answer, type App } from '../server.ts'
import { etagOf, versionsOf } from '../versions.ts'
import { instant, instantOrNone } from '../views.ts'
import { operatorOf, operatorsOnly } from './operators.ts'

export interface WebhookEndpointDeps {
  ports: Pick<Ports, 'clock' | 'webhooks' | 'webhookTransport'>
  find: FindOperator
}

interface EndpointParams {
  Params: { endpointId: string }
}

const PATH = '/api/admin/webhook-endpoints'
const ONE = `${PATH}/:endpointId`
const NO_SUCH = 'no-such-webhook-endpoint'

export const webhookEndpointRoutes = (deps: WebhookEndpointDeps) => (app: App) => {
  operatorsOnly(app, deps.find)
  app.addHook('preHandler', async (request, reply) => {
    const { endpointId } = request.params as { endpointId?: string }
    if (endpointId !== undefined && !isId(endpointId)) return answer(reply, problem(NO_SUCH))
  })
  readRoutes(app, deps)
  createRoute(app, deps)
  changeRoute(app, deps)
  secretRoute(app, deps)
  deleteRoute(app, deps)
}

const readRoutes = (app: App, { ports: { webhooks } }: WebhookEndpointDeps) => {
  app.get(PATH, { schema: LIST }, async () => ({
    endpoints: (await webhooks.listEndpoints()).map(endpointView),
  }))

  app.get<EndpointParams>(ONE, { schema: READ }, async (request, reply) => {
    const endpoint = await webhooks.readEndpoint(request.params.endpointId)
    return answer(reply, endpoint ? endpointAnswer(endpoint) : problem(NO_SUCH))
  })
}

const createRoute = (app: App, { ports }: WebhookEndpointDeps) => {
  app.post<{ Body: EndpointBody }>(PATH, { schema: CREATE }, async (request, reply) => {
    const { url, reason = '', enabled = true, description = '' } = request.body
    const { types = [...EVENT_TYPES] } = request.body
    const terms = { url, description, types, enabled, reason, by: operatorOf(request) }
    const created = await createEndpoint(ports, terms)
    switch (created.result) {
      case 'created': {
        const { endpoint, secret } = created
        return answer(reply, json(201, { ...endpointView(endpoint), secret }))
      }
      case 'malformed':
        return answer(reply, urlFault(created))
      case 'full':
        return answer(reply, problem('too-many-webhook-endpoints'))
    }
  })
}

const changeRoute = (app: App, { ports }: WebhookEndpointDeps) => {
  app.patch<EndpointParams & { Body: EndpointEditBody }>(
    ONE,
    { schema: CHANGE },
    async (request, reply) => {
      const { endpointId } = request.params
      const { reason = '', ...set } = request.body
      const versions = versionsOf(request.headers['if-match'])
      if (versions === undefined) {
        const endpoint = await ports.webhooks.readEndpoint(endpointId)
        return answer(reply, problem(endpoint ? 'version-missing' : NO_SUCH))
      }
      const of = { endpointId, versions, set, reason, by: operatorOf(request) }
      const changed = await changeEndpoint(ports, of)
      switch (changed.result) {
        case 'changed':
          return answer(reply, endpointAnswer(changed.endpoint))
        case 'malformed':
          return answer(reply, urlFault(changed))
        case 'version-changed':
          return answer(reply, problem('version-changed'))
        case 'no-such-endpoint':
          return answer(reply, problem(NO_SUCH))
      }
    },
  )
}

const secretRoute = (app: App, { ports }: WebhookEndpointDeps) => {
  app.post<EndpointParams & { Body: ReasonBody }>(
    `${ONE}/rotate-secret`,
    { schema: ROTATE },
    async (request, reply) => {
      const { endpointId } = request.params
      const reason = request.body?.reason ?? ''
      const rotated = await rotateSecret(ports, { endpointId, reason, by: operatorOf(request) })
      if (rotated === undefined) return answer(reply, problem(NO_SUCH))
      const { endpoint, secret, oldUntilMs } = rotated
      const oldSecretUntil = instant(oldUntilMs)
      return answer(reply, json(200, { ...endpointView(endpoint), secret, oldSecretUntil }))
    },
  )
}

const deleteRoute = (app: App, { ports: { clock, webhooks } }: WebhookEndpointDeps) => {
  app.delete<EndpointParams & { Body: ReasonBody }>(
    ONE,
    { schema: DELETE },
    async (request, reply) => {
      const { endpointId } = request.params
      const by = { by: operatorOf(request), reason: request.body?.reason ?? '' }
      const isDeleted = await webhooks.deleteEndpoint({ endpointId, nowMs: clock.nowMs(), ...by })
      return answer(reply, isDeleted ? done : problem(NO_SUCH))
    },
  )
}

const urlFault = ({ detail }: { detail: string }) =>
  problem('malformed', { field: 'url', detail: `url: ${detail}` })

const endpointAnswer = (endpoint: Endpoint): Answer =>
  json(200, endpointView(endpoint), { etag: etagOf(endpoint) })

const endpointView = (endpoint: Endpoint) => {
  const { endpointId, url, description, types, enabled, disabledBecause, version } = endpoint
  return {
    endpointId,
    url,
    description,
    types,
    enabled,
    disabledBecause,
    createdAt: instant(endpoint.createdAtMs),
    version,
    lastDeliveredAt: instantOrNone(endpoint.lastDeliveredAtMs),
  }
}

const LIST = route({
  summary: 'Where webhooks go',
  tag: 'operators',
  credentials: ['admin-key'],
  answers: { 200: EndpointsView },
  refusals: [],
})

const READ = route({
  summary: 'One place where webhooks go',
  tag: 'operators',
  credentials: ['admin-key'],
  answers: { 200: EndpointView },
  sends: { 200: ['ETag'] },
  refusals: [NO_SUCH],
})

const CREATE = route({
  summary: 'Have webhooks sent somewhere',
  tag: 'operators',
  credentials: ['admin-key'],
  body: EndpointBody,
  answers: { 201: NewEndpointView },
  refusals: ['forbidden', 'too-many-webhook-endpoints'],
})

const CHANGE = route({
  summary: 'Change where webhooks go, which, and whether any do',
  tag: 'operators',
  credentials: ['admin-key'],
  headers: IfMatch,
  body: EndpointEditBody,
  answers: { 200: EndpointView },
  sends: { 200: ['ETag'] },
  refusals: ['forbidden', NO_SUCH, 'version-changed', 'version-missing'],
})

const ROTATE = route({
  summary: 'Give a place another secret; the old one signs as well for a day',
  tag: 'operators',
  credentials: ['admin-key'],
  body: ReasonBody,
  answers: { 200: NewSecretView },
  refusals: ['forbidden', NO_SUCH],
})

const DELETE = route({
  summary: 'Send no webhooks there any more',
  tag: 'operators',
  credentials: ['admin-key'],
  body: ReasonBody,
  answers: { 204: { contentType: undefined, description: 'Nothing is sent there any more' } },
  refusals: ['forbidden', NO_SUCH],
})
