// Every answer about making sales, looking at them and getting them ready.

import { eventually, saleDraft } from '../../support/engine.ts'
import { ask, type Drivers } from '../asking.ts'
import { operatorsList, operatorsRead, operatorsRepeatableWrite, operatorsWrite } from '../usual.ts'
import { write } from '../worlds.ts'

const PRODUCT = { title: 'A phone', listPrice: 499_900, currency: 'CNY' }

const SALE = {
  productId: '999',
  title: 'A sale',
  price: 1,
  currency: 'CNY',
  stock: 1,
  startsAt: '2099-01-01T00:00:00Z',
  endsAt: '2099-01-02T00:00:00Z',
}

const CLONE = { startsAt: '2099-01-01T00:00:00Z' }

const TOKENS = { buyers: ['1'] }

const DAY_MS = 86_400_000

const making: Drivers = {
  'GET /api/admin/products': {
    200: ({ shop }) => ask(shop, 'GET /api/admin/products'),
    ...operatorsRead('GET /api/admin/products'),
  },

  'POST /api/admin/products': {
    201: ({ shop }) => ask(shop, 'POST /api/admin/products', { body: PRODUCT }),
    ...operatorsWrite('POST /api/admin/products', PRODUCT),
  },

  'POST /api/admin/sales': {
    async 201({ shop }) {
      return ask(shop, 'POST /api/admin/sales', { body: await saleDraft(shop.operate) })
    },
    ...operatorsWrite('POST /api/admin/sales', SALE),
  },

  'POST /api/admin/sales/{saleId}/clone': {
    201: ({ shop, saleId }) => ask(shop, `POST /api/admin/sales/${saleId}/clone`, { body: CLONE }),
    'no-such-sale': ({ shop }) => ask(shop, 'POST /api/admin/sales/999/clone', { body: CLONE }),
    ...operatorsWrite('POST /api/admin/sales/999/clone', CLONE),
  },
}

const reading: Drivers = {
  'GET /api/admin/sales': {
    200: ({ shop }) => ask(shop, 'GET /api/admin/sales'),
    ...operatorsList('GET /api/admin/sales'),
  },

  'GET /api/admin/sales/{saleId}': {
    200: ({ shop, saleId }) => ask(shop, `GET /api/admin/sales/${saleId}`),
    'no-such-sale': ({ shop }) => ask(shop, 'GET /api/admin/sales/999'),
    ...operatorsRead('GET /api/admin/sales/1'),
  },

  'GET /api/admin/sales/{saleId}/audit': {
    200: ({ shop, saleId }) => ask(shop, `GET /api/admin/sales/${saleId}/audit`),
    'no-such-sale': ({ shop }) => ask(shop, 'GET /api/admin/sales/999/audit'),
    ...operatorsRead('GET /api/admin/sales/1/audit'),
  },

  'GET /api/admin/sales/{saleId}/readiness': {
    200: ({ shop, saleId }) => ask(shop, `GET /api/admin/sales/${saleId}/readiness`),
    'no-such-sale': ({ shop }) => ask(shop, 'GET /api/admin/sales/999/readiness'),
    ...operatorsRead('GET /api/admin/sales/1/readiness'),
  },
}

const preparing: Drivers = {
  'POST /api/admin/sales/{saleId}/preheat': {
    200: ({ shop, saleId }) => ask(shop, `POST /api/admin/sales/${saleId}/preheat`),
    'no-such-sale': ({ shop }) => ask(shop, 'POST /api/admin/sales/999/preheat'),
    // It ended more than a day ago.
    async ended({ shop }) {
      const saleId = await shop.sale()
      const longAgoMs = Date.now() - 2 * DAY_MS
      await write(shop, `update sales set ends_at = ${longAgoMs} where sale_id = ${saleId}`)
      const look = () => ask(shop, `GET /api/admin/sales/${saleId}`)
      await eventually(look, ({ body }) => body.leftEngineAt !== undefined)
      return ask(shop, `POST /api/admin/sales/${saleId}/preheat`)
    },
    // It was made for an engine in Redis.
    async 'strategy-unknown'({ shop }) {
      const far = { startsAt: SALE.startsAt, endsAt: SALE.endsAt }
      const saleId = await shop.sale(far)
      await write(shop, `update sales set strategy = 'tokens' where sale_id = ${saleId}`)
      return ask(shop, `POST /api/admin/sales/${saleId}/preheat`)
    },
    async rebuilding({ rebuilding }) {
      const { engine, saleId } = await rebuilding()
      return ask(engine, `POST /api/admin/sales/${saleId}/preheat`)
    },
    ...operatorsWrite('POST /api/admin/sales/999/preheat'),
  },

  'POST /api/admin/sales/{saleId}/tokens': {
    200: ({ shop, saleId }) =>
      ask(shop, `POST /api/admin/sales/${saleId}/tokens`, { body: TOKENS }),
    'no-such-sale': ({ shop }) => ask(shop, 'POST /api/admin/sales/999/tokens', { body: TOKENS }),
    ...operatorsRepeatableWrite('POST /api/admin/sales/999/tokens', TOKENS),
  },
}

export const sales: Drivers = { ...making, ...reading, ...preparing }
