// What can be read of the engine: a segment's numbers, what buyers hold, and pages over all of it. A
// sale that is not open shows its numbers, and nothing of its buyers.

import type { BuyerId, OrderId, SaleId } from '../../../domain/ids.ts'
import type { SegmentReading } from '../../../domain/stock.ts'
import type { ScanPage, ScanStart, Stock } from '../../../ports/stock.ts'
import type { EngineDeps } from '../arrivals.ts'
import type { Database } from '../database.ts'
import { heldFinder, heldMark } from './held.ts'
import { SEGMENT, segmentReader } from './segments.ts'

export const stockReadings = ({
  database,
  clock,
}: EngineDeps): Pick<Stock, 'read' | 'readBuyers' | 'scan'> => {
  const readSegment = segmentReader(database)
  const findHeld = heldFinder(database)
  const readNumbers = numbersReader(database)
  const scan = scanner(database)
  const rowOf = (saleId: SaleId) => readSegment({ saleId, segment: SEGMENT }, clock.nowMs())

  return {
    read: async (saleId) => database.read(() => readNumbers(saleId, rowOf(saleId))),
    readBuyers: async ({ saleId, buyerIds }) =>
      database.read(() => {
        const row = rowOf(saleId)
        if (row?.state !== 'open') return buyerIds.map(() => undefined)
        return buyerIds.map((buyerId) => findHeld({ saleId, buyerId, epoch: row.epoch }))
      }),
    scan: async (start) =>
      database.read((): ScanPage => {
        const row = rowOf(start.saleId)
        const { epoch, version } = row ?? { epoch: 0, version: 0 }
        const page = row?.state === 'open' ? scan(start, epoch) : { held: [], cursor: undefined }
        return { epoch, version, ...page }
      }),
  }
}

const UNITS_IN_TRANSIT = `
  select coalesce(sum(engine_buyers.units), 0) as units
  from in_transit
  join engine_buyers using (sale_id, buyer_id, order_id)
  where in_transit.sale_id = ? and in_transit.epoch = ?
`

const numbersReader = (database: Database) => {
  const unitsInTransit = database.select<{ units: number }>(UNITS_IN_TRANSIT)
  return (saleId: SaleId, row: ReturnType<ReturnType<typeof segmentReader>>): SegmentReading[] => {
    if (row === undefined) return []
    const { state, epoch, version, saleVersion, share, available, resting, held, buyers } = row
    const inTransit = unitsInTransit.get(saleId, epoch)!.units
    const numbers = { share, available, returning: resting, held, out: 0, inTransit, buyers }
    return [{ segment: SEGMENT, state, epoch, version, saleVersion, ...numbers }]
  }
}

// The cursor is the last buyer id of the page.
const SCAN_HELD = `
  select
    cast(buyer_id as text) as buyerId,
    cast(order_id as text) as orderId,
    units,
    stock_tokens as stockTokens,
    exists (
      select 1
      from in_transit
      where in_transit.order_id = engine_buyers.order_id
      and in_transit.epoch = ?
    ) as inTransit
  from engine_buyers
  where sale_id = ? and buyer_id > ?
  order by buyer_id
  limit ?
`

// The cursor is the last order id of the page.
const SCAN_IN_TRANSIT = `
  select
    cast(engine_buyers.buyer_id as text) as buyerId,
    cast(engine_buyers.order_id as text) as orderId,
    engine_buyers.units,
    engine_buyers.stock_tokens as stockTokens,
    1 as inTransit
  from in_transit
  join engine_buyers using (sale_id, buyer_id, order_id)
  where in_transit.epoch = ? and in_transit.sale_id = ? and in_transit.order_id > ?
  order by in_transit.order_id
  limit ?
`

interface ScannedRow {
  buyerId: BuyerId
  orderId: OrderId
  units: number
  stockTokens: string
  inTransit: number
}

const scanner = (database: Database) => {
  const scanHeld = database.select<ScannedRow>(SCAN_HELD)
  const scanInTransit = database.select<ScannedRow>(SCAN_IN_TRANSIT)
  return ({ saleId, inTransitOnly, cursor = '0', limit }: ScanStart, epoch: number) => {
    const statement = inTransitOnly ? scanInTransit : scanHeld
    const held = statement.all(epoch, saleId, cursor, limit).map(heldMark)
    const last = held.length < limit ? undefined : held.at(-1)
    return { held, cursor: inTransitOnly ? last?.orderId : last?.buyerId }
  }
}
