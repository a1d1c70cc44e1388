// What every payment provider must keep: what it tells is signed, fresh and about one payment, and nobody
// else can say it.

import assert from 'node:assert/strict'
import type {
  PaymentProvider,
  PaymentToStart,
  ProviderMessage,
  SandboxPlay,
} from '../../src/ports/payment-provider.ts'
import { type Claims, contract, type ContractOptions, type TestTime } from './contract.ts'
import { orderIdOf } from './samples.ts'

export interface ProviderSetup extends AsyncDisposable {
  provider: PaymentProvider
  time: TestTime
  // What it tells of this payment once it has succeeded or failed.
  told(payment: PaymentToStart): Promise<ProviderMessage>
}

export const paymentProviderContract = (
  name: string,
  options: ContractOptions<ProviderSetup>,
): void => contract(`payment provider: ${name}`, options, claims)

const payment = (play: SandboxPlay = 'pay'): PaymentToStart => ({
  paymentId: orderIdOf('1', 1),
  orderId: orderIdOf('1'),
  amount: 9900,
  currency: 'CNY',
  play,
})

const FIVE_MINUTES_MS = 300_000

const claims: Claims<ProviderSetup> = {
  'what it tells names the payment and what came': async ({ provider, told }) => {
    for (const [play, type] of [
      ['pay', 'payment.succeeded'],
      ['fail', 'payment.failed'],
    ] as const) {
      const verified = provider.verify(await told(payment(play)))
      assert(verified.result === 'event')
      const { eventId, ...event } = verified.event
      assert.ok(eventId.length > 0)
      const { paymentId, amount, currency } = payment()
      assert.deepEqual(event, { type, paymentId, amount, currency })
    }
  },

  'the same payment is told with the same event id': async ({ provider, told }) => {
    const [first, again] = [await told(payment()), await told(payment())].map(provider.verify)
    assert(first?.result === 'event' && again?.result === 'event')
    assert.equal(first.event.eventId, again.event.eventId)
  },

  'nothing of it can be changed': async ({ provider, told }) => {
    const { headers, body } = await told(payment())
    const text = Buffer.from(body).toString()
    const forged: ProviderMessage[] = [
      { headers, body: Buffer.from(text.replace('9900', '1')) },
      { headers, body: Buffer.concat([body, Buffer.from(' ')]) },
      { headers, body: Buffer.concat([body, Buffer.from([0xff])]) },
      { headers, body: Buffer.alloc(0) },
      ...Object.keys(headers).flatMap((name) => [
        { headers: { ...headers, [name]: undefined }, body },
        { headers: { ...headers, [name]: '' }, body },
        { headers: { ...headers, [name]: `${String(headers[name])}1` }, body },
        { headers: { ...headers, [name]: [String(headers[name]), 'x'] }, body },
      ]),
    ]
    for (const message of forged) assert.equal(provider.verify(message).result, 'forged')
  },

  'a message is good for five minutes': async ({ provider, time, told }) => {
    const message = await told(payment())
    await time.pass(FIVE_MINUTES_MS)
    assert.equal(provider.verify(message).result, 'event')
    await time.pass(1001)
    assert.equal(provider.verify(message).result, 'forged')
  },

  'a refund may be asked for again': async ({ provider }) => {
    const { paymentId, amount, currency } = payment()
    await provider.refund({ paymentId, amount, currency })
    await provider.refund({ paymentId, amount, currency })
  },
}
