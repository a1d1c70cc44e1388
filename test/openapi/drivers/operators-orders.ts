// Every answer about orders, to operators.

import { pay } from '../../support/order.ts'
import { ask, type Drivers } from '../asking.ts'
import { operatorsList, operatorsRead, operatorsRepeatableWrite } from '../usual.ts'

const BODY = { reason: 'asked for' }

export const operatorsOrders: Drivers = {
  'GET /api/admin/orders': {
    '200 application/json': ({ shop }) => ask(shop, 'GET /api/admin/orders'),
    '200 text/csv': ({ shop }) => ask(shop, 'GET /api/admin/orders?format=csv'),
    ...operatorsList('GET /api/admin/orders'),
  },

  'GET /api/admin/orders/{orderId}': {
    async 200({ shop, order }) {
      const bought = await order()
      await pay(shop, bought)
      return ask(shop, `GET /api/admin/orders/${bought.orderId}`)
    },
    'no-such-order': ({ shop }) => ask(shop, 'GET /api/admin/orders/1'),
    ...operatorsRead('GET /api/admin/orders/1'),
  },

  'POST /api/admin/orders/{orderId}/cancel': {
    async 200({ shop, order }) {
      const { orderId } = await order()
      return ask(shop, `POST /api/admin/orders/${orderId}/cancel`, { body: BODY })
    },
    async 'order-not-pending'({ shop, order }) {
      const bought = await order()
      await pay(shop, bought)
      return ask(shop, `POST /api/admin/orders/${bought.orderId}/cancel`, { body: BODY })
    },
    'no-such-order': ({ shop }) => ask(shop, 'POST /api/admin/orders/1/cancel', { body: BODY }),
    ...operatorsRepeatableWrite('POST /api/admin/orders/1/cancel', BODY),
  },

  'POST /api/admin/orders/{orderId}/refund': {
    async 200({ shop, order }) {
      const bought = await order()
      await pay(shop, bought)
      return ask(shop, `POST /api/admin/orders/${bought.orderId}/refund`, { body: BODY })
    },
    async 'nothing-to-refund'({ shop, order }) {
      const { orderId } = await order()
      return ask(shop, `POST /api/admin/orders/${orderId}/refund`, { body: BODY })
    },
    'no-such-order': ({ shop }) => ask(shop, 'POST /api/admin/orders/1/refund', { body: BODY }),
    ...operatorsRepeatableWrite('POST /api/admin/orders/1/refund', BODY),
  },
}
