// Signs and checks messages as Standard Webhooks has it (https://www.standardwebhooks.com). Any of the
// secrets is believed, the first signs, so that one can be replaced while the other is still good. The
// timestamp is compared with the store's time and not with the clock of this machine.

import { timingSafeEqual } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import type { Clock } from '../../ports/clock.ts'
import type { ProviderMessage } from '../../ports/payment-provider.ts'

export interface Signing {
  sign(message: { id: string; body: string }): ProviderMessage
  check(message: ProviderMessage): Checked
}

export type Checked = { id: string; body: string } | { fault: string }

const TOLERANCE_MS = 300_000
const ID_LENGTH_MAX = 256

export const signing = (secrets: string[], { nowMs }: Pick<Clock, 'nowMs'>): Signing => {
  const keys = secrets.map((secret) => new Webhook(secret))
  return {
    sign({ id, body }) {
      const at = new Date(nowMs())
      const headers = {
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
        'webhook-signature': keys[0]!.sign(id, at, body),
      }
      return { headers, body: Buffer.from(body) }
    },

    check({ headers, body: bytes }) {
      const id = headers['webhook-id']
      const seconds = headers['webhook-timestamp']
      const signatures = headers['webhook-signature']
      if (typeof id !== 'string' || typeof seconds !== 'string' || typeof signatures !== 'string')
        return {
          fault: 'webhook-id, webhook-timestamp and webhook-signature are needed, once each',
        }
      if (id === '' || id.length > ID_LENGTH_MAX || !/^[0-9]{1,12}$/.test(seconds))
        return { fault: 'webhook-id or webhook-timestamp is not as it should be' }
      const at = new Date(Number(seconds) * 1000)
      if (Math.abs(nowMs() - at.getTime()) > TOLERANCE_MS)
        return { fault: 'webhook-timestamp is more than five minutes from now' }
      const body = textOf(bytes)
      if (body === undefined) return { fault: 'no signature is good' }
      // Once a key, however many signatures a stranger sends: the body may be long.
      const good = keys.map((key) => key.sign(id, at, body))
      const isGood = (given: string) => good.some((one) => isSame(given, one))
      return signatures.split(' ').some(isGood) ? { id, body } : { fault: 'no signature is good' }
    },
  }
}

const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const isSame = (one: string, other: string): boolean => {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
