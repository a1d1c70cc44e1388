// Begin, load, open: a sale enters the engine, and leaves it.

import assert from 'node:assert/strict'
import type { SaleId } from '../../../domain/ids.ts'
import type { Held } from '../../../domain/stock.ts'
import type { Stock, StockBook } from '../../../ports/stock.ts'
import type { EngineDeps } from '../arrivals.ts'
import { tokensText } from '../rows/columns.ts'
import type { Database } from '../database.ts'
import { comeBack, copyValues, type ReadSegment, SEGMENT, segmentReader } from './segments.ts'

export const stockRebuilding = ({
  database,
  clock,
}: EngineDeps): Pick<Stock, 'begin' | 'load' | 'open' | 'forget'> => {
  const readSegment = segmentReader(database)
  const forget = forgetter(database)
  const begin = beginner(database)
  const load = loader(database)
  const open = opener(database)

  return {
    async begin({ saleId, epoch, segments }) {
      assert(segments === 1, 'the SQLite engine knows sales of one segment only')
      return database.write(() => {
        const row = readSegment({ saleId, segment: SEGMENT }, clock.nowMs())
        if (row && (row.epoch > epoch || (row.epoch === epoch && row.state === 'open')))
          return 'superseded'
        forget(saleId)
        begin(saleId, { epoch, version: (row?.version ?? 0) + 1 })
        return 'begun'
      })
    },
    load: async ({ saleId, epoch, held }) =>
      database.write(() => {
        const row = readSegment({ saleId, segment: SEGMENT }, clock.nowMs())
        if (row?.epoch !== epoch || row.state !== 'loading') return 'rebuilding'
        load(saleId, held)
        return 'loaded'
      }),
    open: async (book) => database.write(() => open({ readSegment, book, nowMs: clock.nowMs() })),
    forget: async (saleId) => database.write(() => forget(saleId)),
  }
}

const FORGET = [
  `
  delete from engine_buyers
  where sale_id = ?
  `,
  `
  delete from engine_returning
  where sale_id = ?
  `,
  `
  delete from engine_segments
  where sale_id = ?
  `,
]

const forgetter = (database: Database) => {
  const deletes = FORGET.map((sql) => database.change(sql))
  return (saleId: SaleId) => {
    for (const statement of deletes) statement(saleId)
  }
}

const BEGIN = `
  insert into engine_segments (sale_id, segment, epoch, version, state)
  values (?, ?, ?, ?, 'loading')
`

const beginner = (database: Database) => {
  const insert = database.change(BEGIN)
  return (saleId: SaleId, { epoch, version }: { epoch: number; version: number }) => {
    insert(saleId, SEGMENT, epoch, version)
  }
}

const INSERT_HELD = `
  insert into engine_buyers (sale_id, buyer_id, order_id, units, stock_tokens)
  values (?, ?, ?, ?, ?)
  on conflict (sale_id, buyer_id) do nothing
`

const REPLACE_HELD = `
  update engine_buyers
  set order_id = ?, units = ?, stock_tokens = ?
  where sale_id = ? and buyer_id = ?
`

const UNITS_OF = `
  select units
  from engine_buyers
  where sale_id = ? and buyer_id = ?
`

const ADD_LOADED = `
  update engine_segments
  set buyers = buyers + ?, held = held + ?
  where sale_id = ? and segment = ?
`

// A chunk that comes again finds its rows there; a buyer named twice holds what was named last.
const loader = (database: Database) => {
  const insert = database.change(INSERT_HELD)
  const replace = database.change(REPLACE_HELD)
  const unitsOf = database.select<{ units: number }>(UNITS_OF)
  const addLoaded = database.change(ADD_LOADED)
  return (saleId: SaleId, held: Held[]) => {
    let [buyers, units] = [0, 0]
    for (const { buyerId, orderId, units: own, stockTokens } of held) {
      const tokens = tokensText(stockTokens)
      const isNew = insert(saleId, buyerId, orderId, own, tokens) === 1
      units += isNew ? own : own - unitsOf.get(saleId, buyerId)!.units
      if (isNew) buyers += 1
      else replace(orderId, own, tokens, saleId, buyerId)
    }
    addLoaded(buyers, units, saleId, SEGMENT)
  }
}

const OPEN = `
  update engine_segments
  set
    state = 'open',
    version = version + 1,
    share = ?,
    available = ?,
    sale_version = ?,
    price = ?,
    currency = ?,
    starts_at = ?,
    ends_at = ?,
    paused = ?,
    closed = ?,
    restocked = ?
  where sale_id = ? and segment = ?
`

// The free units of a rebuild rest first: some gateway may still remember "sold out" from the epoch
// before. The first epoch, the preheat, has none before it.
const opener = (database: Database) => {
  const update = database.change(OPEN)
  const rest = comeBack(database)
  return (of: {
    readSegment: ReadSegment
    book: StockBook
    nowMs: number
  }): 'open' | 'rebuilding' => {
    const { saleId, epoch, copy, total, buyers } = of.book
    const row = of.readSegment({ saleId, segment: SEGMENT }, of.nowMs)
    if (row?.epoch !== epoch) return 'rebuilding'
    if (row.state === 'open') return 'open'
    if (row.buyers !== buyers) return 'rebuilding'
    const free = total - row.held
    assert(free >= 0, 'a segment never opens with more held than its share')
    const available = epoch === 1 ? free : 0
    update(total, available, ...copyValues(copy), saleId, SEGMENT)
    rest(saleId, free - available, of.nowMs)
    return 'open'
  }
}
