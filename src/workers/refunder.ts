// Asks the payment provider for the refunds that a crash or the provider itself left. A loop of its own,
// so that a provider that cannot be reached keeps no unit from being sold again; its failures are told,
// and are none of this loop.

import { finishRefunds } from '../flows/orders/refund.ts'
import type { Ports } from '../ports/ports.ts'
import { type Loop, type LoopOptions, startLoop } from './loop.ts'

export interface RefunderOptions {
  ports: Pick<Ports, 'clock' | 'payments' | 'provider'>
  everyMs: number
  notRefunded: (failures: unknown[]) => void
  failed: LoopOptions['failed']
}

const PAGE = 100

export const refunder = ({ ports, everyMs, notRefunded, failed }: RefunderOptions): Loop => {
  const step = async () => {
    const { refunded, failures } = await finishRefunds(ports, { limit: PAGE })
    if (failures.length > 0) notRefunded(failures)
    return refunded + failures.length >= PAGE
  }
  return startLoop({ name: 'refund', step, idleMs: everyMs, clock: ports.clock, failed })
}
