// Every answer to what anybody may read, and to what watches the processes.

import { type Engine, eventually, type Reply } from '../../support/engine.ts'
import { ask, type Drivers } from '../asking.ts'
import { operatorsRead } from '../usual.ts'

// Asked again by who has it already.
const askAgain = async (engine: Engine, asked: string): Promise<Reply> => {
  const first = await ask(engine, asked)
  return ask(engine, asked, { headers: { 'if-none-match': first.headers.get('etag')! } })
}

export const publicDrivers: Drivers = {
  'GET /api/time': { 200: ({ shop }) => ask(shop, 'GET /api/time') },

  'GET /api/sales': {
    200: ({ shop }) => ask(shop, 'GET /api/sales'),
    304: ({ shop }) => askAgain(shop, 'GET /api/sales'),
  },

  'GET /api/sales/{saleId}': {
    200: ({ shop, saleId }) => ask(shop, `GET /api/sales/${saleId}`),
    304: ({ shop, saleId }) => askAgain(shop, `GET /api/sales/${saleId}`),
    'no-such-sale': ({ shop }) => ask(shop, 'GET /api/sales/999'),
  },

  'GET /openapi.json': {
    200: ({ shop }) => ask(shop, 'GET /openapi.json'),
    304: ({ shop }) => askAgain(shop, 'GET /openapi.json'),
  },

  'GET /': {
    200: ({ shop }) => ask(shop, 'GET /'),
    304: ({ shop }) => askAgain(shop, 'GET /'),
  },

  'GET /console': {
    200: ({ shop }) => ask(shop, 'GET /console'),
    304: ({ shop }) => askAgain(shop, 'GET /console'),
  },

  'GET /sales/{saleId}/': {
    200: ({ shop, saleId }) => ask(shop, `GET /sales/${saleId}/`),
    304: ({ shop, saleId }) => askAgain(shop, `GET /sales/${saleId}/`),
    404: ({ shop }) => ask(shop, 'GET /sales/999/'),
  },

  'GET /sales/{saleId}': {
    308: ({ shop, saleId }) => ask(shop, `GET /sales/${saleId}`),
    'no-such-sale': ({ shop }) => ask(shop, 'GET /sales/999'),
  },

  'GET /assets/{version}/{name}': {
    async 200({ shop }) {
      const page = await ask(shop, 'GET /')
      const [asset] = /\/assets\/[\w-]+\/store\.js/.exec(page.body)!
      return ask(shop, `GET ${asset}`)
    },
    'not-found': ({ shop }) => ask(shop, 'GET /assets/1/nothing.js'),
  },

  'GET /healthz': { 200: ({ shop }) => ask(shop, 'GET /healthz') },

  'GET /readyz': {
    200: ({ shop }) => ask(shop, 'GET /readyz'),
    async 503({ undelivered }) {
      const { engine, saleId, token } = await undelivered()
      await engine.attempt(saleId, token)
      return eventually(
        () => ask(engine, 'GET /readyz'),
        ({ status }) => status === 503,
      )
    },
  },

  'GET /metrics': {
    200: ({ shop }) => ask(shop, 'GET /metrics'),
    ...operatorsRead('GET /metrics'),
  },
}
