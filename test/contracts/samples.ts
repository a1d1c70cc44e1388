// Values that claims are made about, each with the fields that matter replaced.

import { orderId, shardOf } from '../../src/domain/ids.ts'
import { MESSAGE_VERSION, type OrderMessage } from '../../src/domain/messages.ts'
import type { Order } from '../../src/domain/order.ts'
import type { SaleCopy } from '../../src/domain/sale.ts'
import { EVENT_TYPES, type WebhookEvent } from '../../src/domain/webhook-event.ts'
import type { NewSale } from '../../src/ports/catalog.ts'
import type { NewEndpoint, Operator } from '../../src/ports/webhooks.ts'
import type { NewDeadLetter } from '../../src/ports/dead-letters.ts'

export const ID_MAX = String(2n ** 63n - 1n)

export const AT_MS = Date.UTC(2026, 10, 11, 12)
const HOUR_MS = 3_600_000

// The nth order id of a buyer: ids grow with n.
export const orderIdOf = (buyerId: string, n = 0): string =>
  orderId({ createdAtMs: AT_MS + n, shard: shardOf(buyerId), node: 1, sequence: 0 })

export const sampleCopy = (nowMs: number, set: Partial<SaleCopy> = {}): SaleCopy => ({
  version: 1,
  price: 9900,
  currency: 'CNY',
  startsAtMs: nowMs - 1000,
  endsAtMs: nowMs + HOUR_MS,
  paused: false,
  closed: false,
  restocked: 0,
  ...set,
})

export const sampleMessage = (
  set: Partial<OrderMessage> & Pick<OrderMessage, 'buyerId'>,
): OrderMessage => ({
  version: MESSAGE_VERSION,
  orderId: orderIdOf(set.buyerId),
  saleId: '1',
  units: 1,
  price: 9900,
  currency: 'CNY',
  saleVersion: 1,
  epoch: 1,
  stockTokens: [],
  reservedAtMs: AT_MS,
  ...set,
})

export const sampleOrder = (set: Partial<Order> & Pick<Order, 'buyerId'>): Order => ({
  orderId: orderIdOf(set.buyerId),
  saleId: '1',
  units: 1,
  price: 9900,
  currency: 'CNY',
  status: 'pending',
  stockTokens: [],
  createdAtMs: AT_MS,
  payByMs: AT_MS + 900_000,
  changedAtMs: AT_MS,
  ...set,
})

export const sampleProduct = {
  title: 'Phone',
  listPrice: 19_900,
  currency: 'CNY',
  picture: undefined,
  description: undefined,
}

export const sampleSale = (set: Partial<NewSale> & Pick<NewSale, 'productId'>): NewSale => ({
  title: 'Phone at half price',
  price: 9900,
  currency: 'CNY',
  stock: 10,
  startsAtMs: AT_MS,
  endsAtMs: AT_MS + HOUR_MS,
  perBuyerLimit: 1,
  strategy: 'counter',
  segments: 1,
  admission: 'open',
  payWithinMs: 900_000,
  tokensFromMs: HOUR_MS,
  limits: {},
  rehearsal: false,
  createdAtMs: AT_MS,
  ...set,
})

export const deadLetter = (message: OrderMessage, reason: string): NewDeadLetter => ({
  source: message.orderId,
  orderId: message.orderId,
  message: JSON.stringify(message),
  reason,
})

export const sampleEndpoint = (set: Partial<NewEndpoint> = {}): NewEndpoint & Operator => ({
  url: 'https://shop.example/seckill',
  description: 'the shop',
  types: [...EVENT_TYPES],
  enabled: true,
  secret: `whsec_${Buffer.alloc(32, 'a').toString('base64')}`,
  nowMs: AT_MS,
  by: 'test',
  reason: '',
  ...set,
})

// Something that happened to this order.
export const sampleEvent = (
  orderId: string,
  set: Partial<WebhookEvent> & Pick<WebhookEvent, 'eventId'>,
): WebhookEvent => ({
  type: 'order.paid',
  subject: `order ${orderId}`,
  payload: '{}',
  ...set,
})
