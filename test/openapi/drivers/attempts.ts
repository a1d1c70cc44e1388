// Every answer to an attempt to buy.

import { type Engine, eventually, type Reply } from '../../support/engine.ts'
import { ask, type Drivers } from '../asking.ts'
import { withBody } from '../usual.ts'

const HOUR_MS = 3_600_000

// The first attempt of a buyer in a sale of its own.
const attemptIn = async (
  shop: Engine,
  of: { draft?: Record<string, unknown>; change?: string },
): Promise<Reply> => {
  const saleId = await shop.sale(of.draft)
  if (of.change !== undefined) await ask(shop, `POST /api/admin/sales/${saleId}/${of.change}`)
  const [token] = await shop.tokens(saleId, ['1'])
  return shop.attempt(saleId, token!)
}

export const attempts: Drivers = {
  'POST /api/sales/{saleId}/attempts': {
    202: ({ shop }) => attemptIn(shop, {}),

    async 200({ shop, saleId, order }) {
      const { token } = await order()
      return shop.attempt(saleId, token)
    },

    ...withBody('POST /api/sales/1/attempts'),

    'no-such-sale': ({ shop }) => shop.attempt('999', 'x'),

    unauthorized: ({ shop, saleId }) => shop.attempt(saleId, 'x'),

    async blocked({ shop, saleId }) {
      await ask(shop, 'POST /api/admin/blocklist', { body: { buyer: '7', reason: 'a thief' } })
      const [token] = await shop.tokens(saleId, ['7'])
      return eventually(
        () => shop.attempt(saleId, token!),
        ({ status }) => status === 403,
      )
    },

    async 'rate-limited'({ shop }) {
      const saleId = await shop.sale({ limits: { buyerPerSecond: 1 } })
      const [token] = await shop.tokens(saleId, ['1'])
      await shop.attempt(saleId, token!)
      return shop.attempt(saleId, token!)
    },

    'challenge-required': ({ shop }) =>
      attemptIn(shop, { draft: { limits: { challenge: 'always' } } }),

    'not-started': ({ shop }) =>
      attemptIn(shop, { draft: { startsAt: new Date(Date.now() + HOUR_MS / 2).toISOString() } }),

    ended: ({ shop }) => attemptIn(shop, { change: 'close' }),

    paused: ({ shop }) => attemptIn(shop, { change: 'pause' }),

    async 'sold-out'({ shop }) {
      const saleId = await shop.sale({ stock: 1 })
      const [first, second] = await shop.tokens(saleId, ['1', '2'])
      await shop.attempt(saleId, first!)
      return shop.attempt(saleId, second!)
    },

    async busy({ nodeless }) {
      const { engine, saleId, token } = await nodeless()
      return engine.attempt(saleId, token)
    },

    async rebuilding({ rebuilding }) {
      const { engine, saleId, token } = await rebuilding()
      return engine.attempt(saleId, token)
    },
  },
}
