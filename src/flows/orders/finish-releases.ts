// What a crash or a rebuild left half given back: outbox rows whose units home has not got yet, and
// tasks of which the engine has not been told yet.

import type { Ports } from '../../ports/ports.ts'
import { releaseOrders, tellEngine } from './release.ts'

export const finishReleases = async (
  ports: Pick<Ports, 'ledger' | 'orders' | 'stock'>,
  { limit }: { limit: number },
): Promise<{ found: number; open: number }> => {
  const changed = await ports.orders.readOutbox({ limit })
  await releaseOrders(ports, changed)
  const tasks = await ports.ledger.readTasks({ limit })
  const { open } = await tellEngine(ports, tasks)
  return { found: changed.length + tasks.length, open }
}
