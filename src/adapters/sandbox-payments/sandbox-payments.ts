// A payment provider that moves no money: it does as it is told, at once, and says so in signed messages
// like any other. Whoever has the secret may speak for it over HTTP.

import { randomBytes } from 'node:crypto'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { type Money, PAYMENT_EVENTS, type PaymentEvent } from '../../domain/payment.ts'
import type { Clock } from '../../ports/clock.ts'
import type { PaymentProvider, Verified } from '../../ports/payment-provider.ts'
import { signing } from './signing.ts'

export interface SandboxDeps {
  secrets: string[] // none: only this process speaks for the sandbox
  clock: Pick<Clock, 'nowMs'>
}

export const sandboxPayments = ({ secrets, clock }: SandboxDeps): PaymentProvider => {
  const own = secrets.length > 0 ? secrets : [randomBytes(32).toString('base64')]
  const { sign, check } = signing(own, clock)

  // The same payment is told with the same id, so that it counts once.
  const tell = (type: PaymentEvent['type'], payment: Money & { paymentId: string }) => {
    const { paymentId, amount, currency } = payment
    const timestamp = new Date(clock.nowMs()).toISOString()
    const message = { type, timestamp, data: { paymentId, amount, currency } }
    return sign({ id: `sandbox-${paymentId}-${type}`, body: JSON.stringify(message) })
  }

  return {
    name: 'sandbox',
    async start({ play, ...payment }) {
      if (play === 'wait') return { payUrl: undefined, told: undefined }
      const type = play === 'pay' ? 'payment.succeeded' : 'payment.failed'
      return { payUrl: undefined, told: tell(type, payment) }
    },
    verify(message) {
      const checked = check(message)
      if ('fault' in checked) return { result: 'forged', detail: checked.fault }
      return eventOf(checked.id, checked.body)
    },
    refund: async () => undefined,
  }
}

const Message = Type.Object({
  type: Type.String(),
  data: Type.Object({
    paymentId: Type.String({ pattern: '^[1-9][0-9]{0,18}$' }),
    amount: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
    currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  }),
})

const eventOf = (eventId: string, body: string): Verified => {
  const message = parse(body)
  if (message === undefined) return { result: 'malformed', detail: 'body: is not JSON' }
  const type = PAYMENT_EVENTS.find((one) => one === (message as { type?: unknown } | null)?.type)
  if (type === undefined) return { result: 'ignored' }
  if (!Value.Check(Message, message)) {
    const fault = Value.Errors(Message, message).First()!
    const field = fault.path.slice(1).replaceAll('/', '.')
    return { result: 'malformed', detail: `${field}: ${fault.message}` }
  }
  const { paymentId, amount, currency } = message.data
  return { result: 'event', event: { eventId, type, paymentId, amount, currency } }
}

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
