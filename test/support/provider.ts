// A payment provider, as seen from outside: it knows the secret and signs what it tells.

import { randomBytes } from 'node:crypto'
import { Webhook } from 'standardwebhooks'

export const PAYMENT_SECRET = `whsec_${randomBytes(32).toString('base64')}`

export interface Told {
  paymentId: string
  type?: 'payment.succeeded' | 'payment.failed'
  amount?: number
  currency?: string
  id?: string
  atMs?: number // when it is signed
  secret?: string
}

// The request a provider makes: raw bytes and the headers that sign them.
export const webhook = (told: Told): Signed => {
  const { paymentId, type = 'payment.succeeded', amount = 99_900, currency = 'CNY' } = told
  const { id = `${paymentId} ${type}`, atMs = Date.now(), secret } = told
  const message = { type, timestamp: new Date(atMs), data: { paymentId, amount, currency } }
  return signed({ id, atMs, raw: JSON.stringify(message), ...(secret && { secret }) })
}

interface Signed {
  raw: string
  headers: Record<string, string>
}

// Whatever is said, signed.
export const signed = (of: { id: string; raw: string; atMs?: number; secret?: string }): Signed => {
  const { id, raw, atMs = Date.now(), secret = PAYMENT_SECRET } = of
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(atMs / 1000)),
    'webhook-signature': new Webhook(secret).sign(id, new Date(atMs), raw),
  }
  return { raw, headers }
}
