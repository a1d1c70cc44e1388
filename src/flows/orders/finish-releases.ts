// What a crash or a rebuild left half given back: outbox rows whose units home has not got yet, and
// tasks of which the engine has not been told yet. All tasks are gone through, page by page, so that
// those of a sale that is being rebuilt never stand before those of another. They come first: they are
// home's, and outbox rows may be where they cannot be read now.

import type { OrderId } from '../../domain/ids.ts'
import type { Ports } from '../../ports/ports.ts'
import { releaseOrders, tellEngine } from './release.ts'

export const finishReleases = async (
  ports: Pick<Ports, 'clock' | 'ledger' | 'orders' | 'stock'>,
  { page: limit }: { page: number },
): Promise<{ open: number; more: boolean }> => {
  let open = 0
  let after: OrderId | undefined = '0'
  while (after !== undefined) {
    const tasks = await ports.ledger.readTasks({ after, limit })
    open += (await tellEngine(ports, tasks)).open
    after = tasks.length < limit ? undefined : tasks.at(-1)!.orderId
    if (after !== undefined) await ports.clock.pause(0) // many tasks let others have their turn
  }
  const changed = await ports.orders.readOutbox({ limit })
  open += (await releaseOrders(ports, changed)).open
  return { open, more: changed.length === limit }
}
