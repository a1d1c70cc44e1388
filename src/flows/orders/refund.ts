// An operator gives money back: that which bought an order, with its units, or only what is owed because
// it came and bought nothing. What was decided is kept first; then the units go back (home first, engine
// second) and the provider is asked. The keeper finishes what a crash or a provider left.

import type { OrderId } from '../../domain/ids.ts'
import type { Order } from '../../domain/order.ts'
import type { Payment } from '../../domain/payment.ts'
import type { Ports } from '../../ports/ports.ts'
import { releaseOrders } from './release.ts'

type RefundPorts = Pick<Ports, 'clock' | 'ledger' | 'orders' | 'payments' | 'provider' | 'stock'>

export interface Refund {
  orderId: OrderId
  by: string
  reason: string
  owedOnly: boolean // a paid order stays paid: only money that bought nothing goes back
}

export type Refunded =
  | { result: 'refunded'; order: Order } // by this call or an earlier one, or on its way
  | { result: 'nothing-to-refund'; order: Order }
  | { result: 'no-such-order' }

export const refundOrder = async (ports: RefundPorts, refund: Refund): Promise<Refunded> => {
  const { orderId, by, reason, owedOnly } = refund
  const nowMs = ports.clock.nowMs()
  const order = owedOnly
    ? (await ports.orders.read([orderId]))[0]
    : (await ports.orders.release({ orderId, reason: 'refunded', nowMs, operator: { by, reason } }))
        .order
  if (order === undefined) return { result: 'no-such-order' }
  const owed = await ports.payments.wantRefunds({ orderId, by, reason, nowMs })
  const isRefunded = order.status === 'refunded'
  if (isRefunded) await releaseOrders(ports, [{ orderId, reason: 'refunded' }])
  await giveBack(ports, owed)
  const isGiven = isRefunded || (await isMoneyGiven(ports, orderId))
  return { result: isGiven ? 'refunded' : 'nothing-to-refund', order }
}

const isMoneyGiven = async ({ payments }: RefundPorts, orderId: OrderId): Promise<boolean> => {
  const all = await payments.readOf([orderId])
  return all.some(({ status }) => status === 'refund-due' || status === 'refunded')
}

// How long a provider that did not confirm a refund is left alone.
const ASK_AGAIN_MS = 10_000

// Refunds that are wanted and not confirmed. A provider that fails is asked again later.
export const finishRefunds = async (
  ports: Pick<Ports, 'clock' | 'payments' | 'provider'>,
  { limit }: { limit: number },
): Promise<{ refunded: number; failures: unknown[] }> => {
  const nowMs = ports.clock.nowMs()
  const askedBeforeMs = nowMs - ASK_AGAIN_MS
  return giveBack(ports, await ports.payments.takeRefunds({ askedBeforeMs, nowMs, limit }))
}

const giveBack = async (
  ports: Pick<Ports, 'clock' | 'payments' | 'provider'>,
  owed: Payment[],
): Promise<{ refunded: number; failures: unknown[] }> => {
  const failures: unknown[] = []
  for (const { paymentId, amount, currency, received } of owed) {
    try {
      await ports.provider.refund({ paymentId, amount, currency, ...received })
      await ports.payments.finishRefund({ paymentId, nowMs: ports.clock.nowMs() })
    } catch (error) {
      failures.push(error)
    }
  }
  return { refunded: owed.length - failures.length, failures }
}
