// Puts a sale into the stock engine, whatever the engine holds of it now. The preheat is the first
// rebuild, with an empty book. Five steps; after a crash at any of them the next rebuild begins again
// at the first, and two at once are harmless: the epoch lets only the later one open.
//
// It must never open a book that home did not seal in the same epoch.

import type { SaleId } from '../../domain/ids.ts'
import type { Sale } from '../../domain/sale.ts'
import type { SealedBook } from '../../ports/ledger.ts'
import type { Ports } from '../../ports/ports.ts'
import { applySales } from './apply.ts'

type RebuildPorts = Pick<Ports, 'catalog' | 'clock' | 'ledger' | 'queue' | 'stock'>

export interface Rebuild {
  saleId: SaleId
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
  | { result: 'unknown-strategy' } // it was made for another stock engine

// A call's worth of tokens: loaded in a tenth of a second, far within any lease.
const TOKENS_CHUNK = 50_000

export const rebuild = async (ports: RebuildPorts, of: Rebuild): Promise<Rebuilt> => {
  const { saleId } = of
  const before = await ports.catalog.readSale(saleId)
  if (before && !ports.stock.strategies.includes(before.strategy))
    return { result: 'unknown-strategy' }
  const epoch = await raise(ports, of)
  // Read again: whoever changes how the sale lies from here on raises the epoch anew, and this one is
  // never sealed.
  const sale = await ports.catalog.readSale(saleId)
  if (epoch === undefined || sale === undefined) return { result: 'superseded' }
  const { strategy, segments } = sale
  if ((await ports.stock.begin({ saleId, strategy, segments, epoch })) === 'superseded')
    return { result: 'superseded' }
  if (!(await drain(ports, of))) return { result: 'stopped' }
  const book = await ports.ledger.seal({ saleId, epoch })
  if (book === undefined) return { result: 'superseded' }
  return loadAndOpen(ports, { of, sale, epoch, book })
}

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

interface Sealed {
  of: Rebuild
  sale: Sale
  epoch: number
  book: SealedBook
}

// Step 5. What was loaded is checked by the engine as it opens.
const loadAndOpen = async (ports: RebuildPorts, sealed: Sealed): Promise<Rebuilt> => {
  const { of, sale, epoch, book } = sealed
  for (const load of loads(ports, sealed)) {
    if (of.signal.aborted) return { result: 'stopped' }
    await of.keepAlive()
    if ((await load()) === 'rebuilding') return { result: 'superseded' }
  }
  const { saleId, strategy, segments } = sale
  const { copy, total } = book
  const buyers = book.live.length
  const whole = { saleId, strategy, segments, epoch, copy, total, buyers }
  if ((await ports.stock.open(whole)) !== 'open') return { result: 'superseded' }
  // What operators have changed since: the units still rest, so nothing is sold by the older row.
  await applySales(ports, [saleId])
  return { result: 'open', epoch }
}

// What is live, then the tokens that nobody holds, where units have them.
const loads = function* ({ stock }: RebuildPorts, { of, sale, epoch, book }: Sealed) {
  const { saleId, loadChunk } = of
  for (let at = 0; at < book.live.length; at += loadChunk)
    yield () => stock.load({ saleId, epoch, held: book.live.slice(at, at + loadChunk) })
  if (sale.strategy !== 'tokens') return
  for (let from = 1; from <= book.total; from += TOKENS_CHUNK) {
    const to = Math.min(book.total, from + TOKENS_CHUNK - 1)
    yield () => stock.loadTokens({ saleId, epoch, from, to })
  }
}
