// Checks webhooks for whoever receives them (Standard Webhooks, https://www.standardwebhooks.com). It needs
// nothing but what Node, browsers, Deno and Workers all have.
//
// A body must be checked as it came, byte for byte: one that was parsed and written again is another one.

export interface VerifiedWebhook {
  id: string // the same event has the same id, however often it is sent
  sentAt: Date // this try; the event's own time is in it
  event: WebhookEvent
}

export type WebhookFault =
  | 'missing-header'
  | 'malformed-timestamp'
  | 'too-old' // or the clock of this machine is fast
  | 'too-new' // or it is slow
  | 'wrong-signature'
  | 'malformed-body'

export class WebhookRefused extends Error {
  readonly fault: WebhookFault

  constructor(fault: WebhookFault) {
    super(`webhook refused: ${fault}`)
    this.name = 'WebhookRefused'
    this.fault = fault
  }
}

export interface WebhookVerifierOptions {
  secrets: string[] // `whsec_…`; while one is being replaced, both
  nowMs?: () => number
}

const TOLERANCE_MS = 300_000

// Throws when a secret is none.
export const webhookVerifier = ({ secrets, nowMs = Date.now }: WebhookVerifierOptions) => {
  const keys = Promise.all(secrets.map(keyOf))

  // Resolves with the event, or rejects with `WebhookRefused`. Whether it was received before, only the
  // receiver can know: keep the ids that were done, and do none of them twice.
  return async (received: {
    headers: Headers | Record<string, string | string[] | undefined>
    body: string | Uint8Array
  }): Promise<VerifiedWebhook> => {
    const header = headerOf(received.headers)
    const [id, seconds, signatures] = ['id', 'timestamp', 'signature'].map((one) =>
      header(`webhook-${one}`),
    )
    if (!id || !seconds || !signatures) throw new WebhookRefused('missing-header')
    if (!/^[0-9]{1,12}$/.test(seconds)) throw new WebhookRefused('malformed-timestamp')
    const sentAtMs = Number(seconds) * 1000
    if (sentAtMs < nowMs() - TOLERANCE_MS) throw new WebhookRefused('too-old')
    if (sentAtMs > nowMs() + TOLERANCE_MS) throw new WebhookRefused('too-new')
    const signed = concat(`${id}.${seconds}.`, received.body)
    if (!(await isSigned(signed, signatures, await keys)))
      throw new WebhookRefused('wrong-signature')
    return { id, sentAt: new Date(sentAtMs), event: eventOf(received.body) }
  }
}

const PREFIX = 'whsec_'

const keyOf = (secret: string): Promise<CryptoKey> => {
  const bytes = bytesOf(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret)
  if (bytes === undefined || bytes.length === 0) throw new TypeError('this is no webhook secret')
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
}

// A few, so that nobody makes us count for long.
const SIGNATURES_MAX = 10

// `verify` of the platform compares in constant time.
const isSigned = async (signed: Uint8Array<ArrayBuffer>, signatures: string, keys: CryptoKey[]) => {
  for (const signature of signatures.split(' ').slice(0, SIGNATURES_MAX)) {
    const given = signature.startsWith('v1,') ? bytesOf(signature.slice(3)) : undefined
    if (given === undefined) continue
    for (const key of keys) if (await crypto.subtle.verify('HMAC', key, given, signed)) return true
  }
  return false
}

const bytesOf = (base64: string): Uint8Array<ArrayBuffer> | undefined => {
  try {
    return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  } catch {
    return undefined
  }
}

const concat = (head: string, body: string | Uint8Array): Uint8Array<ArrayBuffer> => {
  const first = new TextEncoder().encode(head)
  const second = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const all = new Uint8Array(first.length + second.length)
  all.set(first)
  all.set(second, first.length)
  return all
}

// As `fetch` has them, or as Node has them: small letters, and a list where there is more than one.
const headerOf = (headers: Headers | Record<string, string | string[] | undefined>) => {
  if (headers instanceof Headers) return (name: string) => headers.get(name) ?? undefined
  const entries = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])
  const known = Object.fromEntries(entries) as Record<string, unknown>
  return (name: string) => {
    const value = known[name]
    return typeof value === 'string' ? value : undefined
  }
}

const eventOf = (body: string | Uint8Array): WebhookEvent => {
  try {
    return JSON.parse(typeof body === 'string' ? body : new TextDecoder().decode(body))
  } catch {
    throw new WebhookRefused('malformed-body')
  }
}

export type WebhookEvent = OrderEvent | RefundEvent | SaleEvent

export interface OrderEvent {
  type: 'order.pending' | 'order.paid' | 'order.cancelled' | 'order.expired' | 'order.rejected'
  timestamp: string // RFC 3339, when it happened
  data: OrderData
}

// Money is owed back, or has been given back. Why is in `payment.reason`: with `order-refunded` the order
// itself is refunded; with any other the money had bought nothing, and the order is as it was.
export interface RefundEvent {
  type: 'order.refund-due' | 'order.refunded'
  timestamp: string
  data: OrderData & { payment?: RefundedPayment }
}

export interface OrderData {
  orderId: string
  saleId: string
  buyerId: string
  units: number
  price: number // of one unit, in minor units of `currency`
  currency: string
  status: 'pending' | 'paid' | 'cancelled' | 'expired' | 'rejected' | 'refund-due' | 'refunded' // then
  at: string
  createdAt: string
  payBy: string
}

export interface RefundedPayment {
  paymentId: string
  reason:
    | 'wrong-currency'
    | 'wrong-amount'
    | 'already-paid'
    | 'order-cancelled'
    | 'order-expired'
    | 'order-refunded'
    | 'order-rejected'
  amount: number // as it came, in minor units of `currency`
  currency: string
}

export interface SaleEvent {
  type: 'sale.opened' | 'sale.sold-out' | 'sale.closed'
  timestamp: string
  data: {
    saleId: string
    productId: string
    title: string
    price: number
    currency: string
    rehearsal: boolean
    startsAt: string
    endsAt: string
    status: 'opened' | 'sold-out' | 'closed'
    at: string
  }
}
