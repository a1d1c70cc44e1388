// What a crash left half given back: outbox rows whose units home has not got yet.

import type { Ports } from '../../ports/ports.ts'
import { releaseOrders } from './release.ts'

export const finishReleases = async (
  ports: Pick<Ports, 'ledger' | 'orders' | 'stock'>,
  at: { limit: number; place?: string | undefined },
): Promise<{ finished: number }> => {
  const changed = await ports.orders.readOutbox(at)
  await releaseOrders(ports, changed)
  return { finished: changed.length }
}
