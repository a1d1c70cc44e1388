// Every answer about what is kept of a buyer, what could not be recorded, what was changed, what goes on.

import { OPERATOR } from '../../support/engine.ts'
import { buy } from '../../support/order.ts'
import { sampleMessage } from '../../contracts/samples.ts'
import { ask, type Drivers, oneTooMany, streamOf } from '../asking.ts'
import { operatorsList, operatorsRead, operatorsWrite } from '../usual.ts'
import { write } from '../worlds.ts'

const ERASE = { reason: 'asked for' }

const NEVER_SEEN = '888888'

const WATCH = '/api/admin/overview/events'

const WATCHERS_MAX = 50

const keptOfBuyers: Drivers = {
  'GET /api/admin/buyers/{buyerId}': {
    async 200({ shop, newBuyer }) {
      return ask(shop, `GET /api/admin/buyers/${(await newBuyer()).buyerId}`)
    },
    'no-such-buyer': ({ shop }) => ask(shop, `GET /api/admin/buyers/${NEVER_SEEN}`),
    ...operatorsRead('GET /api/admin/buyers/1'),
  },

  'GET /api/admin/buyers/{buyerId}/export': {
    async 200({ shop, saleId, newBuyer }) {
      const { buyerId, sessionToken: credential } = await newBuyer()
      const entered = await ask(shop, `POST /api/sales/${saleId}/entries`, { credential })
      await shop.attempt(saleId, entered.body.purchaseToken)
      return ask(shop, `GET /api/admin/buyers/${buyerId}/export`)
    },
    'no-such-buyer': ({ shop }) => ask(shop, `GET /api/admin/buyers/${NEVER_SEEN}/export`),
    ...operatorsRead('GET /api/admin/buyers/1/export'),
  },

  'POST /api/admin/buyers/{buyerId}/erase': {
    async 200({ shop, newBuyer }) {
      const { buyerId } = await newBuyer()
      return ask(shop, `POST /api/admin/buyers/${buyerId}/erase`, { body: ERASE })
    },
    async 'buyer-has-pending-orders'({ shop, saleId }) {
      await buy(shop, saleId, '9')
      return ask(shop, 'POST /api/admin/buyers/9/erase', { body: ERASE })
    },
    'no-such-buyer': ({ shop }) =>
      ask(shop, `POST /api/admin/buyers/${NEVER_SEEN}/erase`, { body: ERASE }),
    ...operatorsWrite(`POST /api/admin/buyers/${NEVER_SEEN}/erase`, ERASE),
  },
}

const deadLetters: Drivers = {
  'GET /api/admin/dead-letters': {
    200: ({ shop }) => ask(shop, 'GET /api/admin/dead-letters'),
    ...operatorsList('GET /api/admin/dead-letters'),
  },

  'POST /api/admin/dead-letters/{deadLetterId}/replay': {
    async 202({ shop, saleId }) {
      const message = sampleMessage({ buyerId: '8', saleId, price: 99_900 })
      await write(
        shop,
        `insert into dead_letters (dead_letter_id, source, order_id, message, reason, at)
        values (70, 'readable', ${message.orderId}, '${JSON.stringify(message)}', 'no such sale', 0)`,
      )
      return ask(shop, 'POST /api/admin/dead-letters/70/replay')
    },
    async 'unreadable-dead-letter'({ shop }) {
      await write(
        shop,
        `insert into dead_letters (dead_letter_id, source, message, reason, at)
        values (71, 'seckill.orders.v1/3/17', 'torn', 'it is not JSON', 0)`,
      )
      return ask(shop, 'POST /api/admin/dead-letters/71/replay')
    },
    'no-such-dead-letter': ({ shop }) => ask(shop, 'POST /api/admin/dead-letters/1/replay'),
    ...operatorsWrite('POST /api/admin/dead-letters/1/replay', {}),
  },
}

const running: Drivers = {
  'GET /api/admin/audit-log': {
    200: ({ shop }) => ask(shop, 'GET /api/admin/audit-log'),
    ...operatorsList('GET /api/admin/audit-log'),
  },

  'GET /api/admin/me': {
    200: ({ shop }) => ask(shop, 'GET /api/admin/me'),
    ...operatorsRead('GET /api/admin/me'),
  },
  'GET /api/admin/settings': {
    200: ({ shop }) => ask(shop, 'GET /api/admin/settings'),
    ...operatorsRead('GET /api/admin/settings'),
  },

  'GET /api/admin/overview': {
    200: ({ shop }) => ask(shop, 'GET /api/admin/overview'),
    ...operatorsRead('GET /api/admin/overview'),
  },

  'GET /api/admin/overview/events': {
    200: ({ shop }) => streamOf(shop, WATCH, OPERATOR),
    busy: ({ shop }) => oneTooMany(shop, { path: WATCH, credential: OPERATOR, max: WATCHERS_MAX }),
    ...operatorsRead(`GET ${WATCH}`),
  },
}

export const operators: Drivers = { ...keptOfBuyers, ...deadLetters, ...running }
