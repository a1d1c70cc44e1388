// How often somebody may try to sign in or sign up: so many tries of one name, and so many from one
// address, in any five minutes. Names that nobody has count like any other. It is kept in this process
// and bounded; no name is ever written anywhere from here.

import { slidingWindow } from '../attempt/limits.ts'
import { addressKey } from '../domain/addresses.ts'
import type { Ports } from '../ports/ports.ts'

export interface Tries {
  // 0 when the try may be made, and is counted; else the milliseconds to wait.
  take(by: Trier): number
  // The try could not be made: it does not count.
  giveBack(by: Trier): void
}

export interface Trier {
  address: string
  name?: string // of the account that is tried; none when one is made
}

const WINDOW_MS = 300_000
// Far more than passwords can be hashed in a window.
const KEYS_MAX = 100_000

export const tries = (of: {
  clock: Pick<Ports['clock'], 'nowMs'>
  perName: number
  perAddress: number
}): Tries => {
  const window = slidingWindow({ windowMs: WINDOW_MS, keysMax: KEYS_MAX })
  return {
    take({ address, name }) {
      const nowMs = of.clock.nowMs()
      const from = fromAddress(address)
      const waitMs = window.take({ ...from, quota: of.perAddress, nowMs })
      if (waitMs > 0 || name === undefined) return waitMs
      return window.take({ ...ofName(name), quota: of.perName, nowMs })
    },
    giveBack({ address, name }) {
      window.giveBack(fromAddress(address))
      if (name !== undefined) window.giveBack(ofName(name))
    },
  }
}

const ofName = (name: string) => ({ group: 'name', key: name })

// Whoever has one address of IPv6 has 2⁶⁴ of them: the first 64 bits count.
const fromAddress = (address: string) => {
  const key = addressKey(address) ?? ''
  return { group: 'address', key: key.startsWith('6') ? key.slice(0, 17) : key }
}
