// Every answer about webhooks. Nothing is sent: the endpoints are disabled, or have nothing that is due.

import { ENDPOINTS_MAX } from '../../../src/ports/webhooks.ts'
import type { Engine } from '../../support/engine.ts'
import { ask, type Drivers } from '../asking.ts'
import { operatorsList, operatorsRead, operatorsWrite } from '../usual.ts'
import { write } from '../worlds.ts'

const PATH = '/api/admin/webhook-endpoints'
const NONE = `${PATH}/999`
const ENDPOINT = { url: 'https://shop.example/hooks', enabled: false }
const ANY_VERSION = { 'if-match': '*' }

const create = async (engine: Engine): Promise<string> => {
  const { body } = await ask(engine, `POST ${PATH}`, { body: ENDPOINT })
  await ask(engine, `DELETE ${PATH}/${body.endpointId - 1}`) // there is not room for all
  return `${PATH}/${body.endpointId}`
}

const FILL = `
  with recursive numbers (number) as (
    select 1
    union all
    select number + 1 from numbers where number < ${ENDPOINTS_MAX}
  )
  insert into webhook_endpoints (url, description, types, enabled, created_at)
  select '', '', '[]', 0, 0
  from numbers
`

const endpoints: Drivers = {
  [`GET ${PATH}`]: {
    200: ({ shop }) => ask(shop, `GET ${PATH}`),
    ...operatorsRead(`GET ${PATH}`),
  },

  [`POST ${PATH}`]: {
    201: ({ shop }) => ask(shop, `POST ${PATH}`, { body: ENDPOINT }),
    async 'too-many-webhook-endpoints'({ unpaid }) {
      const engine = await unpaid()
      await write(engine, FILL)
      return ask(engine, `POST ${PATH}`, { body: ENDPOINT })
    },
    ...operatorsWrite(`POST ${PATH}`, ENDPOINT),
  },

  [`GET ${PATH}/{endpointId}`]: {
    200: async ({ shop }) => ask(shop, `GET ${await create(shop)}`),
    'no-such-webhook-endpoint': ({ shop }) => ask(shop, `GET ${NONE}`),
    ...operatorsRead(`GET ${NONE}`),
  },

  [`PATCH ${PATH}/{endpointId}`]: {
    async 200({ shop }) {
      const body = { description: 'the shop' }
      return ask(shop, `PATCH ${await create(shop)}`, { body, headers: ANY_VERSION })
    },
    async 'version-changed'({ shop }) {
      const headers = { 'if-match': '"7"' }
      return ask(shop, `PATCH ${await create(shop)}`, { body: {}, headers })
    },
    'version-missing': async ({ shop }) => ask(shop, `PATCH ${await create(shop)}`, { body: {} }),
    'no-such-webhook-endpoint': ({ shop }) => ask(shop, `PATCH ${NONE}`, { body: {} }),
    ...operatorsWrite(`PATCH ${NONE}`, {}),
  },

  [`POST ${PATH}/{endpointId}/rotate-secret`]: {
    200: async ({ shop }) => ask(shop, `POST ${await create(shop)}/rotate-secret`),
    'no-such-webhook-endpoint': ({ shop }) => ask(shop, `POST ${NONE}/rotate-secret`),
    ...operatorsWrite(`POST ${NONE}/rotate-secret`, {}),
  },

  [`DELETE ${PATH}/{endpointId}`]: {
    204: async ({ shop }) => ask(shop, `DELETE ${await create(shop)}`),
    'no-such-webhook-endpoint': ({ shop }) => ask(shop, `DELETE ${NONE}`),
    ...operatorsWrite(`DELETE ${NONE}`, {}),
  },
}

const DELIVERY = `
  insert into webhook_deliveries (
    delivery_id, endpoint_id, event_id, type, subject, payload, status, created_at, finished_at)
  select 70 + enabled, max(endpoint_id), 'one', 'order.paid', 'order 1', '{}', 'delivered', 0, 0
  from webhook_endpoints
`

const enable = (engine: Engine, endpoint: string) =>
  ask(engine, `PATCH ${endpoint}`, { body: { enabled: true }, headers: ANY_VERSION })

const deliveries: Drivers = {
  'GET /api/admin/deliveries': {
    200: ({ shop }) => ask(shop, 'GET /api/admin/deliveries'),
    ...operatorsList('GET /api/admin/deliveries'),
  },

  'POST /api/admin/deliveries/{deliveryId}/replay': {
    async 202({ shop }) {
      const endpoint = await create(shop)
      await enable(shop, endpoint)
      await write(shop, DELIVERY)
      const reply = await ask(shop, 'POST /api/admin/deliveries/71/replay')
      await ask(shop, `DELETE ${endpoint}`)
      return reply
    },
    async 'webhook-endpoint-disabled'({ shop }) {
      await create(shop)
      await write(shop, DELIVERY)
      return ask(shop, 'POST /api/admin/deliveries/70/replay')
    },
    'no-such-delivery': ({ shop }) => ask(shop, 'POST /api/admin/deliveries/999/replay'),
    ...operatorsWrite('POST /api/admin/deliveries/999/replay', {}),
  },
}

export const webhooks: Drivers = { ...endpoints, ...deliveries }
