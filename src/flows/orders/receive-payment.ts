// What a payment provider tells, by webhook or at once. It is believed when it is signed; what becomes
// of it is decided together with the order, in one transaction. Told again it changes nothing.

import type { ProviderMessage } from '../../ports/payment-provider.ts'
import type { ReceivedEvent } from '../../ports/payments.ts'
import type { Ports } from '../../ports/ports.ts'

export type ReceivedPayment =
  | ReceivedEvent
  | { result: 'ignored' } // of no meaning to us
  | { result: 'forged' | 'malformed'; detail: string }

export const receivePayment = async (
  ports: Pick<Ports, 'clock' | 'payments' | 'provider'>,
  message: ProviderMessage,
): Promise<ReceivedPayment> => {
  const verified = ports.provider.verify(message)
  if (verified.result !== 'event') return verified
  return ports.payments.receive(verified.event, ports.clock.nowMs())
}
