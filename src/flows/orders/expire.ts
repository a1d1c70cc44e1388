// Pending orders that were not paid in time. Paying and expiring race on one conditional update: an
// order that was paid meanwhile is simply not changed.

import type { Ports } from '../../ports/ports.ts'
import { releaseOrders } from './release.ts'

export const expireOrders = async (
  ports: Pick<Ports, 'clock' | 'ledger' | 'orders' | 'stock'>,
  at: { limit: number; place?: string | undefined },
): Promise<{ expired: number }> => {
  const nowMs = ports.clock.nowMs()
  const expired = await ports.orders.takeExpired({ nowMs, ...at })
  await releaseOrders(ports, expired)
  return { expired: expired.length }
}
