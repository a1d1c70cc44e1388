// What the home ledger has decided comes to the engine: `record` takes the in-transit mark away,
// `release` gives the units back, once, in the epoch in which home gave them. A mark of a released
// order ends by itself, because nobody holds that order any more.

import type { SaleId } from '../../../domain/ids.ts'
import type { HeldOrder, ReleasedOrder, Stock } from '../../../ports/stock.ts'
import type { EngineDeps } from '../arrivals.ts'
import type { Database } from '../database.ts'
import { heldFinder } from './held.ts'
import { comeBack, restedDeleter, SEGMENT, segmentReader, type SegmentRow } from './segments.ts'

export const stockReleasing = ({
  database,
  clock,
}: EngineDeps): Pick<Stock, 'record' | 'release'> => {
  const record = recorder(database)
  const release = releaser(database)
  return {
    async record(orders) {
      const nowMs = clock.nowMs()
      return database.write(() => record(orders, nowMs))
    },
    async release(orders) {
      const nowMs = clock.nowMs()
      return database.write(() => orders.map((order) => release(order, nowMs)))
    },
  }
}

const HOLDS = `
  select 1
  from engine_buyers
  where sale_id = ? and buyer_id = ? and order_id = ?
`

const DELETE_MARK = `
  delete from in_transit
  where order_id = ? and epoch = ?
`

// Recording changes no segment, so each sale's is read once for all its orders.
const recorder = (database: Database) => {
  const readSegment = segmentReader(database)
  const holds = database.select(HOLDS)
  const deleteMark = database.change(DELETE_MARK)

  const recordOne = ({ saleId, buyerId, orderId }: HeldOrder, row: SegmentRow | undefined) => {
    if (row?.state !== 'open') return 'rebuilding'
    if (holds.get(saleId, buyerId, orderId) === undefined) return 'not-held'
    deleteMark(orderId, row.epoch)
    return 'recorded'
  }

  return (orders: HeldOrder[], nowMs: number) => {
    const rows = new Map<SaleId, SegmentRow | undefined>()
    for (const { saleId } of orders)
      if (!rows.has(saleId)) rows.set(saleId, readSegment({ saleId, segment: SEGMENT }, nowMs))
    return orders.map((order) => recordOne(order, rows.get(order.saleId)))
  }
}

const DELETE_BUYER = `
  delete from engine_buyers
  where sale_id = ? and buyer_id = ?
`

const KEEP_RELEASED = `
  update engine_segments
  set
    available = available + ?,
    held = held - ?,
    buyers = buyers - 1,
    version = version + 1
  where sale_id = ? and segment = ?
`

const releaser = (database: Database) => {
  const readSegment = segmentReader(database)
  const findHeld = heldFinder(database)
  const deleteBuyer = database.change(DELETE_BUYER)
  const keepReleased = database.change(KEEP_RELEASED)
  const deleteRested = restedDeleter(database)
  const rest = comeBack(database)
  return ({ saleId, buyerId, orderId, epoch }: ReleasedOrder, nowMs: number) => {
    const row = readSegment({ saleId, segment: SEGMENT }, nowMs)
    if (row?.state !== 'open' || row.epoch !== epoch) return 'rebuilding'
    const held = findHeld({ saleId, buyerId, epoch })
    if (held?.orderId !== orderId) return 'not-held'
    deleteBuyer(saleId, buyerId)
    keepReleased(row.rested, held.units, saleId, SEGMENT)
    if (row.rested > 0) deleteRested({ saleId, segment: SEGMENT }, nowMs)
    rest(saleId, held.units, nowMs)
    return 'released'
  }
}
