// Every answer about paying, and to what the payment provider tells.

import { buy, pay } from '../../support/order.ts'
import { webhook } from '../../support/provider.ts'
import { ask, type Drivers } from '../asking.ts'
import { withBody } from '../usual.ts'
import { aboutAnOrder, askAbout, orderInTransit } from './orders.ts'

const PAY = { method: 'POST', part: '/payment' } as const

const PAYMENTS_MAX = 20

export const payments: Drivers = {
  'POST /api/orders/{orderId}/payment': {
    201: async ({ shop, order }) => askAbout(shop, PAY, await order()),

    async 200({ shop, order }) {
      const bought = await order()
      await pay(shop, bought, 'wait')
      return pay(shop, bought, 'wait')
    },

    ...withBody('POST /api/orders/1/payment'),
    ...aboutAnOrder(PAY),

    async 'order-not-pending'({ shop, order }) {
      const bought = await order()
      await pay(shop, bought)
      return pay(shop, bought)
    },

    async 'order-in-transit'({ undelivered }) {
      const one = await undelivered()
      return askAbout(one.engine, PAY, await orderInTransit(one))
    },

    async 'too-many-payments'({ shop, order }) {
      const bought = await order()
      for (let n = 0; n < PAYMENTS_MAX; n += 1) await pay(shop, bought, 'fail')
      return pay(shop, bought)
    },

    async 'payments-off'({ unpaid }) {
      const engine = await unpaid()
      return askAbout(engine, PAY, await buy(engine, await engine.sale(), '1'))
    },

    async busy({ nodeless }) {
      const { engine, order } = await nodeless()
      return askAbout(engine, PAY, order)
    },
  },

  'POST /api/payments/webhook': {
    async 200({ shop, order }) {
      const { paymentId } = (await pay(shop, await order(), 'wait')).body
      return ask(shop, 'POST /api/payments/webhook', webhook({ paymentId }))
    },
    ...withBody('POST /api/payments/webhook'),
    // Only what is signed is read.
    malformed: ({ shop }) =>
      ask(shop, 'POST /api/payments/webhook', webhook({ paymentId: 'none' })),
    unauthorized: ({ shop }) => ask(shop, 'POST /api/payments/webhook', { body: {} }),
    'no-such-payment': ({ shop }) =>
      ask(shop, 'POST /api/payments/webhook', webhook({ paymentId: '1' })),
  },
}
