// Who collects the money and gives it back. What it tells is believed only when it is signed, whether
// it comes as a webhook or with the answer to `start`.
//
// Deliberately not in it: what becomes of an order. The provider knows payments, not orders' states.

import type { Money, PaymentEvent, PaymentId } from '../domain/payment.ts'
import type { OrderId } from '../domain/ids.ts'

export interface PaymentProvider {
  name: string
  // Repeatable: one payment id is charged once at most.
  start(payment: PaymentToStart): Promise<ProviderStart>
  verify(message: ProviderMessage): Verified
  // Resolves when the provider has confirmed that all of it goes back. Repeatable by the payment id.
  refund(payment: Money & { paymentId: PaymentId }): Promise<void>
}

export interface PaymentToStart extends Money {
  paymentId: PaymentId
  orderId: OrderId
  play: SandboxPlay // a provider that takes real money has no use for it
}

// What the sandbox does with a payment: succeed, fail, or wait for a webhook.
export const SANDBOX_PLAYS = ['pay', 'fail', 'wait'] as const
export type SandboxPlay = (typeof SANDBOX_PLAYS)[number]

export interface ProviderStart {
  payUrl: string | undefined // where the buyer pays
  told: ProviderMessage | undefined // what the provider knows at once, as its webhook would say it
}

// As it came: the signature is of these very bytes.
export interface ProviderMessage {
  headers: Readonly<Record<string, string | string[] | undefined>> // names in lower case
  body: Uint8Array
}

export type Verified =
  | { result: 'event'; event: PaymentEvent }
  | { result: 'ignored' } // well signed, and of no meaning to us
  | { result: 'forged'; detail: string } // not signed by any secret of ours, or too old or too new
  | { result: 'malformed'; detail: string } // well signed, and not as it should be
