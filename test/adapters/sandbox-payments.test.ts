// The sandbox: a payment provider like any other, and what is its own.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { sandboxPayments } from '../../src/adapters/sandbox-payments/sandbox-payments.ts'
import { paymentProviderContract } from '../contracts/payment-provider.ts'
import { AT_MS, orderIdOf } from '../contracts/samples.ts'
import { manualTime, PAYMENT_SECRET } from './sqlite-setup.ts'

const make = async () => {
  const { clock, time } = manualTime()
  const provider = sandboxPayments({ secrets: [PAYMENT_SECRET], clock })
  return {
    provider,
    time,
    told: async (payment: Parameters<typeof provider.start>[0]) =>
      (await provider.start(payment)).told!,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

paymentProviderContract('sandbox', { make })

const secretOf = (text: string) => `whsec_${Buffer.alloc(32, text).toString('base64')}`

const { clock } = manualTime()

const signedWith = (secret: string, message: unknown, nowMs = AT_MS) => {
  const body = JSON.stringify(message)
  const at = new Date(nowMs)
  const headers = {
    'webhook-id': 'one',
    'webhook-timestamp': String(Math.floor(nowMs / 1000)),
    'webhook-signature': new Webhook(secret).sign('one', at, body),
  }
  return { headers, body: Buffer.from(body) }
}

const data = { paymentId: orderIdOf('1'), amount: 9900, currency: 'CNY' }
const succeeded = { type: 'payment.succeeded', timestamp: '2026-11-11T12:00:00Z', data }

suite('the sandbox', () => {
  test('believes any of its secrets, and signs with the first', async () => {
    const [older, newer] = [secretOf('older'), secretOf('newer')]
    const both = sandboxPayments({ secrets: [newer, older], clock })
    for (const secret of [older, newer])
      assert.equal(both.verify(signedWith(secret, succeeded)).result, 'event')
    assert.equal(both.verify(signedWith(secretOf('other'), succeeded)).result, 'forged')
    const start = { ...data, orderId: orderIdOf('2'), play: 'pay' } as const
    const { told } = await both.start(start)
    assert.equal(sandboxPayments({ secrets: [newer], clock }).verify(told!).result, 'event')
    assert.equal(sandboxPayments({ secrets: [older], clock }).verify(told!).result, 'forged')
  })

  test('without a secret is spoken for by nobody but itself', async () => {
    const [one, other] = [1, 2].map(() => sandboxPayments({ secrets: [], clock }))
    const { told } = await one!.start({ ...data, orderId: orderIdOf('2'), play: 'pay' })
    assert.equal(one!.verify(told!).result, 'event')
    assert.equal(other!.verify(told!).result, 'forged')
  })

  test('believes one good signature among others', () => {
    const provider = sandboxPayments({ secrets: [PAYMENT_SECRET], clock })
    const { headers, body } = signedWith(PAYMENT_SECRET, succeeded)
    const signature = `v1,AAAA v1a,BBBB ${headers['webhook-signature']}`
    const message = { headers: { ...headers, 'webhook-signature': signature }, body }
    assert.equal(provider.verify(message).result, 'event')
  })

  test('believes nothing from the future', () => {
    const provider = sandboxPayments({ secrets: [PAYMENT_SECRET], clock })
    const late = signedWith(PAYMENT_SECRET, succeeded, AT_MS + 302_000)
    assert.equal(provider.verify(late).result, 'forged')
  })

  test('has no opinion on events of other kinds', () => {
    const provider = sandboxPayments({ secrets: [PAYMENT_SECRET], clock })
    for (const message of [{ type: 'payment.created' }, { type: 7 }, {}, null, 1, 'x'])
      assert.deepEqual(provider.verify(signedWith(PAYMENT_SECRET, message)), { result: 'ignored' })
  })

  test('says what is wrong with a signed event that is not as it should be', () => {
    const provider = sandboxPayments({ secrets: [PAYMENT_SECRET], clock })
    const at = signedWith(PAYMENT_SECRET, 'x')
    const signature = new Webhook(PAYMENT_SECRET).sign('one', new Date(AT_MS), '{')
    const broken = { ...at.headers, 'webhook-signature': signature }
    const verdict = provider.verify({ headers: broken, body: Buffer.from('{') })
    assert.deepEqual(verdict, { result: 'malformed', detail: 'body: is not JSON' })
    const faults: [object, string][] = [
      [{ amount: '9900' }, 'data.amount: '],
      [{ amount: -1 }, 'data.amount: '],
      [{ amount: 1.5 }, 'data.amount: '],
      [{ amount: 2 ** 60 }, 'data.amount: '],
      [{ currency: 'cny' }, 'data.currency: '],
      [{ paymentId: 7 }, 'data.paymentId: '],
      [{ paymentId: '1e3' }, 'data.paymentId: '],
    ]
    for (const [set, detail] of faults) {
      const message = { ...succeeded, data: { ...data, ...set } }
      const verified = provider.verify(signedWith(PAYMENT_SECRET, message))
      assert(verified.result === 'malformed', JSON.stringify(set))
      assert.ok(verified.detail.startsWith(detail), verified.detail)
    }
  })
})
