// Begin, load, open: a sale enters the engine, and leaves it.

import assert from 'node:assert/strict'
import type { Stock, StockBook } from '../../../ports/stock.ts'
import {
  comeBack,
  findHeld,
  hold,
  letGo,
  newSegment,
  type Segments,
  type StockDeps,
} from './segments.ts'

export const stockRebuilding = ({
  segments: sales,
  clock,
}: StockDeps): Pick<Stock, 'begin' | 'load' | 'loadTokens' | 'open' | 'forget'> => ({
  async begin({ saleId, epoch, strategy, segments }) {
    assert(strategy === 'counter' && segments === 1, 'the embedded engine knows one counter only')
    const before = sales.get(saleId)
    if (before && (before.epoch > epoch || (before.epoch === epoch && before.copy)))
      return 'superseded'
    sales.set(saleId, newSegment({ epoch, version: (before?.version ?? 0) + 1 }))
    return 'begun'
  },
  // A chunk that comes again changes nothing; a buyer named twice holds what was named last.
  async load({ saleId, epoch, held }) {
    const segment = sales.get(saleId)
    if (segment?.epoch !== epoch || segment.copy) return 'rebuilding'
    for (const one of held) {
      const before = findHeld(segment, one.buyerId)
      if (before) letGo(segment, before)
      hold(segment, one)
    }
    return 'loaded'
  },
  async loadTokens({ saleId, epoch }) {
    const segment = sales.get(saleId)
    return segment?.epoch !== epoch || segment.copy ? 'rebuilding' : 'loaded' // a counter has none
  },
  open: async (book) => open(sales, book, clock.nowMs()),
  async forget(saleId) {
    sales.delete(saleId)
  },
})

// The free units of a rebuild rest first: some gateway may still remember "sold out" from the epoch
// before. The first epoch, the preheat, has none before it.
const open = (segments: Segments, book: StockBook, nowMs: number): 'open' | 'rebuilding' => {
  const segment = segments.get(book.saleId)
  if (segment?.epoch !== book.epoch) return 'rebuilding'
  if (segment.copy) return 'open'
  if (segment.buyers.size() !== book.buyers) return 'rebuilding'
  const free = book.total - segment.held
  assert(free >= 0, 'a segment never opens with more held than its share')
  segment.copy = book.copy
  segment.share = book.total
  segment.version += 1
  if (book.epoch === 1) segment.available = free
  else comeBack(segment, free, nowMs)
  return 'open'
}
