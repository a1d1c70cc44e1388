// A buyer pays for his pending order: the payment is kept first, then the provider is asked to collect.
// Asked again, it is the same payment and one charge. What the provider tells at once is believed only
// like what its webhook tells.

import type { OrderIds } from '../../domain/ids.ts'
import type { OrderStatus } from '../../domain/order.ts'
import type { Payment } from '../../domain/payment.ts'
import type { SandboxPlay } from '../../ports/payment-provider.ts'
import type { StartedPayment } from '../../ports/payments.ts'
import type { Ports } from '../../ports/ports.ts'
import { type OrderKey, readOrder } from './read.ts'
import { type ReceivedPayment, receivePayment } from './receive-payment.ts'

export interface StartPaymentDeps {
  ports: Pick<Ports, 'catalog' | 'clock' | 'ledger' | 'orders' | 'payments' | 'provider' | 'stock'>
  paymentIds: OrderIds // payments carry the shard of their buyer, as orders do
  isOn: boolean // rehearsals are paid for even when payments are off
}

export type PaymentStarted =
  | {
      result: 'started'
      payment: Payment
      payUrl: string | undefined
      isNew: boolean
      received: ReceivedPayment | undefined // what became of what the provider told at once
    }
  | { result: 'not-pending'; orderStatus: OrderStatus }
  | { result: 'too-many' | 'off' | 'in-transit' | 'rebuilding' | 'no-such-order' }
  | { result: 'busy' } // no payment id can be made now

export const startPayment = async (
  deps: StartPaymentDeps,
  { play, ...key }: OrderKey & { play: SandboxPlay },
): Promise<PaymentStarted> => {
  const { ports } = deps
  const order = await readOrder(ports, key)
  if (order === undefined) return { result: 'no-such-order' }
  if (order === 'rebuilding') return { result: 'rebuilding' }
  if (order.status === 'in-transit') return { result: 'in-transit' }
  const sale = await ports.catalog.readSale(order.saleId)
  if (!deps.isOn && !sale?.rehearsal) return { result: 'off' }
  const started = await keepPayment(deps, key)
  if (started.result !== 'started') return started
  const { paymentId, orderId, amount, currency } = started.payment
  const terms = { paymentId, orderId, amount, currency, play }
  const { payUrl, told } = await ports.provider.start(terms)
  const received = told && (await receivePayment(ports, told))
  const payments = await ports.payments.readOf([orderId])
  const payment = payments.find((one) => one.paymentId === paymentId)!
  return { ...started, payment, payUrl, received }
}

const keepPayment = async (
  { ports, paymentIds }: StartPaymentDeps,
  { orderId, buyerId }: OrderKey,
): Promise<StartedPayment | { result: 'busy' }> => {
  const nowMs = ports.clock.nowMs()
  const paymentId = paymentIds(buyerId, nowMs)
  if (paymentId === undefined) return { result: 'busy' }
  const provider = ports.provider.name
  return ports.payments.start({ paymentId, orderId, buyerId, provider, nowMs })
}
