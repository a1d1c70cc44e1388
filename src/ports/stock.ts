// What decides attempts: one atomic decision per batch, once per buyer, never more than the stock. It
// may forget everything at any time; it is then rebuilt. Every call carries many and answers in the
// same order. An answer is the truth at the time of the decision; an exception (`STOCK_UNREACHABLE`)
// says nothing about what was decided.
//
// Deliberately not in it: durability, the price a client sends, who the buyer is, retries, the word
// `accepted` (that takes the queue and the home epoch as well).

import type { Attempt } from '../domain/attempt.ts'
import type { BuyerId, OrderId, SaleId } from '../domain/ids.ts'
import type { SaleCopy, Strategy } from '../domain/sale.ts'
import type { Held, Reserved, SegmentReading } from '../domain/stock.ts'

export interface Stock {
  strategies: readonly Strategy[] // that this engine knows
  // Rebuild, step 2: forget the sale and take no attempts until `open`. Repeatable.
  begin(at: SaleLayout & { epoch: number }): Promise<'begun' | 'superseded'>
  // Rebuild, step 5: what home says is live, in chunks. Repeatable. None of it is in transit.
  load(chunk: { saleId: SaleId; epoch: number; held: Held[] }): Promise<'loaded' | 'rebuilding'>
  // Rebuild, step 5: a range of unit numbers, in order from 1 to `total`, after all that is live; whoever
  // holds one keeps it. Repeatable. Only the strategy `tokens` has them: another one has nothing to load.
  loadTokens(range: TokenRange): Promise<'loaded' | 'rebuilding'>
  // Opens only if exactly `buyers` were loaded, and every token; `total` is the sale's units, held ones included.
  open(book: StockBook): Promise<'open' | 'rebuilding'>
  // Copies of sale rows; the newer version wins. An epoch that is not the engine's: `rebuilding`.
  apply(copies: AppliedCopy[]): Promise<('applied' | 'current' | 'rebuilding')[]>
  // Decides attempts of buyers of one segment together, in order; `segments` is how many the caller
  // believes there are. `sold-out` says that this segment has too few units, not that the sale has. The
  // engine executes a call once at most: an adapter whose call was lost gives up and never sends it again.
  reserve(batch: ReserveBatch): Promise<ReservedBatch>
  // Brings units to a segment from another one, in one numbered transfer; if one from there to here was
  // begun and not finished, it is finished instead. 0: there were none. Undefined: rebuilding.
  move(at: { saleId: SaleId; from: number; to: number; units: number }): Promise<number | undefined>
  // Takes the in-transit mark away. `not-held` when the buyer does not hold this order.
  record(orders: HeldOrder[]): Promise<('recorded' | 'not-held' | 'rebuilding')[]>
  // Gives units back, once, in the epoch in which home gave them.
  release(orders: ReleasedOrder[]): Promise<('released' | 'not-held' | 'rebuilding')[]>
  // The numbers of every segment at one instant per segment; none when the sale is not in the engine.
  // Of a segment that is not open, or fenced, nothing else is shown: no buyers, nothing to scan.
  read(saleId: SaleId): Promise<SegmentReading[]>
  // What these buyers hold, in the order asked; undefined for none or while not open.
  readBuyers(at: { saleId: SaleId; buyerIds: BuyerId[] }): Promise<(HeldMark | undefined)[]>
  // Pages over what is held, by a cursor of the engine's own; `inTransit` narrows it to marks.
  scan(at: ScanStart): Promise<ScanPage>
  // The sale leaves the engine: everything of it is deleted.
  forget(saleId: SaleId): Promise<void>
}

// How a sale lies in the engine. Buyers belong to segments by `homeSegment`.
export interface SaleLayout {
  saleId: SaleId
  strategy: Strategy
  segments: number
}

export interface ReserveBatch {
  saleId: SaleId
  segments: number
  segment: number // that all these buyers belong to
  attempts: Attempt[]
}

export interface StockBook extends SaleLayout {
  epoch: number
  copy: SaleCopy
  total: number
  buyers: number
}

export interface TokenRange {
  saleId: SaleId
  epoch: number
  from: number
  to: number // the last one
}

export interface AppliedCopy {
  saleId: SaleId
  epoch: number
  copy: SaleCopy
}

export interface ReservedBatch {
  epoch: number
  reading: SoldOutReading
  // True when the engine's own commit has put the taken orders on the queue (embedded): nothing is
  // left to publish.
  queued: boolean
  answers: Reserved[] // one per attempt, in order
}

// What a sold-out memory needs to know: whether anything is left of this segment, and at which version.
export interface SoldOutReading {
  version: number
  left: number // available + returning + out, in units; Infinity while not open
}

export interface HeldOrder {
  saleId: SaleId
  buyerId: BuyerId
  orderId: OrderId
}

export interface ReleasedOrder extends HeldOrder {
  epoch: number
}

export interface HeldMark extends Held {
  inTransit: boolean
}

export interface ScanStart {
  saleId: SaleId
  inTransitOnly: boolean
  cursor?: string | undefined
  limit: number // about how many; the last page of an engine's bucket may have a few more
}

export interface ScanPage {
  epoch: number
  version: number // of all segments together; pages of different versions may miss or repeat
  held: HeldMark[]
  cursor: string | undefined // undefined: the last page
}
