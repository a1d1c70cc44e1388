// Releases that home has and the engine has not been told of yet. All tasks are gone through, page by page,
// so that those of a sale that is being rebuilt never stand before those of another.

import type { OrderId } from '../../domain/ids.ts'
import type { Ports } from '../../ports/ports.ts'
import { tellEngine } from './release.ts'

export const finishTasks = async (
  ports: Pick<Ports, 'clock' | 'ledger' | 'stock'>,
  { page: limit }: { page: number },
): Promise<{ open: number }> => {
  let open = 0
  let after: OrderId | undefined = '0'
  while (after !== undefined) {
    const tasks = await ports.ledger.readTasks({ after, limit })
    open += (await tellEngine(ports, tasks)).open
    after = tasks.length < limit ? undefined : tasks.at(-1)!.orderId
    if (after !== undefined) await ports.clock.pause(0) // many tasks let others have their turn
  }
  return { open }
}
