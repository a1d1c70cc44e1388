// Puts a sale into the stock engine, whatever the engine holds of it now. The preheat is the first
// rebuild, with an empty book. Five steps; after a crash at any of them the next rebuild begins again
// at the first, and two at once are harmless: the epoch lets only the later one open.
//
// It must never open a book that home did not seal in the same epoch.

import { EngineError } from '../../domain/errors.ts'
import type { SaleId } from '../../domain/ids.ts'
import type { Strategy } from '../../domain/sale.ts'
import type { SealedBook } from '../../ports/ledger.ts'
import type { Ports } from '../../ports/ports.ts'
import { applySales } from './apply.ts'

type RebuildPorts = Pick<Ports, 'clock' | 'ledger' | 'queue' | 'stock'>

export interface Rebuild {
  saleId: SaleId
  strategy: Strategy
  segments: number
  by?: string // the operator who asked for it
  signal: AbortSignal // aborted: stops between two steps
  drainPollMs: number
  loadChunk: number // orders a load call carries
  keepAlive: () => Promise<unknown> // called between steps, so that nobody begins the same work
}

export type Rebuilt =
  | { result: 'open'; epoch: number }
  | { result: 'superseded' } // somebody else's rebuild is newer
  | { result: 'stopped' }

export const rebuild = async (ports: RebuildPorts, of: Rebuild): Promise<Rebuilt> => {
  const { saleId, strategy, segments } = of
  if (!ports.stock.strategies.includes(strategy)) throw unknownStrategy(of)
  const epoch = await raise(ports, of)
  if (epoch === undefined) return { result: 'superseded' }
  if ((await ports.stock.begin({ saleId, strategy, segments, epoch })) === 'superseded')
    return { result: 'superseded' }
  if (!(await drain(ports, of))) return { result: 'stopped' }
  const book = await ports.ledger.seal({ saleId, epoch })
  if (book === undefined) return { result: 'superseded' }
  const opened = await loadAndOpen(ports, { of, epoch, book })
  return opened ? { result: 'open', epoch } : { result: 'superseded' }
}

const unknownStrategy = ({ saleId, strategy }: Rebuild) =>
  new EngineError('STRATEGY_UNKNOWN', {
    message: `sale ${saleId} was made for an engine with the strategy ${strategy}: set SECKILL_STOCK_URL as it was`,
  })

// Step 1. From here on no answer given under the old epoch can become a promise.
const raise = async (ports: RebuildPorts, of: Rebuild): Promise<number | undefined> => {
  const { saleId, by } = of
  const [from] = await ports.ledger.readEpochs([saleId])
  if (from === undefined) return undefined
  return (await ports.ledger.raiseEpoch({ saleId, from, by })) ? from + 1 : undefined
}

// Step 3. What was promised is on the queue by now: wait until the workers have recorded it.
const drain = async (ports: RebuildPorts, of: Rebuild): Promise<boolean> => {
  const ends = await ports.queue.ends()
  while (!(await ports.queue.drained(ends))) {
    if (of.signal.aborted) return false
    await of.keepAlive()
    await ports.clock.pause(of.drainPollMs, of.signal)
  }
  return !of.signal.aborted
}

// Step 5. The number of buyers loaded is checked by the engine as it opens.
const loadAndOpen = async (
  ports: RebuildPorts,
  { of, epoch, book }: { of: Rebuild; epoch: number; book: SealedBook },
): Promise<boolean> => {
  const { saleId, strategy, segments, loadChunk } = of
  for (let at = 0; at < book.live.length; at += loadChunk) {
    const held = book.live.slice(at, at + loadChunk)
    await of.keepAlive()
    if ((await ports.stock.load({ saleId, epoch, held })) === 'rebuilding') return false
  }
  const { copy, total } = book
  const buyers = book.live.length
  const sealed = { saleId, strategy, segments, epoch, copy, total, buyers }
  if ((await ports.stock.open(sealed)) !== 'open') return false
  // What operators have changed since: the units still rest, so nothing is sold by the older row.
  await applySales(ports, [saleId])
  return true
}
