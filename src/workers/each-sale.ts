// One turn over the sales in the engine, several beside each other: one that takes long, or fails, keeps
// no other from being looked after. While some are still under way, the others have further rounds. The
// turn ends when none is; only then the first failure is told.

import type { SaleId } from '../domain/ids.ts'
import type { Sale } from '../domain/sale.ts'
import type { Clock } from '../ports/clock.ts'

export interface SalesTurn {
  clock: Clock
  list: () => Promise<Sale[]>
  look: (sale: Sale) => Promise<void>
  atOnce: number // sales
  everyMs: number // a round
  signal: AbortSignal // aborted: no sale is begun any more
}

export const eachSale = async (turn: SalesTurn): Promise<void> => {
  const underWay = new Map<SaleId, Promise<unknown>>()
  const failures: unknown[] = []
  const start = ({ look }: SalesTurn, sale: Sale) => {
    const looking = look(sale)
      .catch((error: unknown) => failures.push(error))
      .finally(() => underWay.delete(sale.saleId))
    underWay.set(sale.saleId, looking)
  }
  try {
    do {
      for (const sale of await turn.list()) {
        while (underWay.size >= turn.atOnce) await Promise.race(underWay.values())
        if (turn.signal.aborted) break
        if (!underWay.has(sale.saleId)) start(turn, sale)
      }
      await roundOf(turn, underWay)
    } while (underWay.size > 0 && !turn.signal.aborted)
  } finally {
    await Promise.all(underWay.values())
  }
  if (failures.length > 0) throw failures[0]
}

// All of them, and not longer than until the next round.
const roundOf = async ({ clock, everyMs, signal }: SalesTurn, underWay: Map<SaleId, unknown>) => {
  const done = new AbortController()
  const rest = clock.pause(everyMs, AbortSignal.any([signal, done.signal]))
  await Promise.race([Promise.all(underWay.values()), rest])
  done.abort()
}
