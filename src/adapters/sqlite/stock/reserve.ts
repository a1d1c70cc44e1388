// Decides a batch of attempts on one segment, in order, in one transaction. Most attempts that can be
// taken are by buyers who hold nothing, so the buyer's row is written first, and a buyer who is there
// already shows by the row that does not go in. Refusals write nothing.

import type { Attempt } from '../../../domain/attempt.ts'
import type { BuyerId, SaleId } from '../../../domain/ids.ts'
import { MESSAGE_VERSION } from '../../../domain/messages.ts'
import { refusalOf, type Reserved } from '../../../domain/stock.ts'
import type { ReservedBatch, Stock } from '../../../ports/stock.ts'
import type { EngineDeps } from '../arrivals.ts'
import { INSERT_IN_TRANSIT, inTransitValues, NO_TOKENS } from '../rows/columns.ts'
import type { Database } from '../database.ts'
import { heldFinder } from './held.ts'
import { copyOf, restedDeleter, segmentReader, type SegmentRow } from './segments.ts'

type Batch = Parameters<Stock['reserve']>[0]

export const stockReserving = ({
  database,
  clock,
  arrivals,
}: EngineDeps): Pick<Stock, 'reserve'> => {
  const readSegment = segmentReader(database)
  const statements = statementsOf(database)

  const decide = ({ saleId, segment, attempts }: Batch): ReservedBatch => {
    const nowMs = clock.nowMs()
    const row = readSegment({ saleId, segment }, nowMs)
    if (row?.state !== 'open') return refuseAll(attempts, row)
    const { epoch, version, available, resting, price, currency, saleVersion } = row
    const terms = { price, currency, saleVersion }
    const refusal = refusalOf(copyOf(row), nowMs)
    const round = { ...statements, saleId, segment, epoch, nowMs, terms, refusal }
    const { answers, orders, units } = decideAll(round, { attempts, available })
    if (orders > 0) keepTaken(round, { orders, units, rested: row.rested })
    const reading = { version: version + orders, left: available - units + resting }
    return { epoch, reading, queued: true, answers }
  }

  return {
    async reserve(batch) {
      const decided = await database.write(() => decide(batch))
      if (decided.answers.some(({ answer }) => answer === 'taken')) arrivals.ring()
      return decided
    },
  }
}

// What all attempts of a batch have in common.
interface Round extends ReturnType<typeof statementsOf> {
  saleId: SaleId
  segment: number
  epoch: number
  nowMs: number
  terms: Pick<SegmentRow, 'price' | 'currency' | 'saleVersion'>
  refusal: ReturnType<typeof refusalOf>
}

const refuseAll = (attempts: Attempt[], row: SegmentRow | undefined): ReservedBatch => ({
  epoch: row?.epoch ?? 0,
  reading: { version: row?.version ?? 0, left: Infinity },
  queued: true,
  answers: attempts.map(() => ({ answer: 'rebuilding' })),
})

const decideAll = (round: Round, of: { attempts: Attempt[]; available: number }) => {
  let [orders, units] = [0, 0]
  const answers = of.attempts.map((attempt): Reserved => {
    if (round.refusal || of.available - units < attempt.units)
      return alreadyReserved(round, attempt.buyerId) ?? round.refusal ?? { answer: 'sold-out' }
    if (!take(round, attempt)) return alreadyReserved(round, attempt.buyerId)!
    orders += 1
    units += attempt.units
    const { buyerId, orderId } = attempt
    const held = { buyerId, orderId, units: attempt.units, stockTokens: [] }
    return { answer: 'taken', ...round.terms, ...held }
  })
  return { answers, orders, units }
}

const alreadyReserved = (round: Round, buyerId: BuyerId): Reserved | undefined => {
  const held = round.findHeld({ saleId: round.saleId, buyerId, epoch: round.epoch })
  return held && { answer: 'already-reserved', ...round.terms, ...held }
}

const INSERT_BUYER = `
  insert into engine_buyers (sale_id, buyer_id, order_id, units, stock_tokens)
  values (?, ?, ?, ?, ?)
  on conflict (sale_id, buyer_id) do nothing
`

// False when the buyer holds an order already.
const take = (round: Round, { buyerId, orderId, units }: Attempt): boolean => {
  const { saleId, epoch, terms, nowMs: reservedAtMs } = round
  const added = round.insertBuyer(saleId, buyerId, orderId, units, NO_TOKENS)
  if (added === 0) return false
  const order = { orderId, saleId, buyerId, units, stockTokens: [], epoch, reservedAtMs }
  round.insertMessage(...inTransitValues({ version: MESSAGE_VERSION, ...terms, ...order }))
  return true
}

const KEEP_TAKEN = `
  update engine_segments
  set
    available = available + ? - ?,
    held = held + ?,
    buyers = buyers + ?,
    version = version + ?
  where sale_id = ? and segment = ?
`

const keepTaken = (round: Round, of: { orders: number; units: number; rested: number }) => {
  const { saleId, segment, nowMs } = round
  const { orders, units, rested } = of
  round.keepTaken(rested, units, units, orders, orders, saleId, segment)
  if (rested > 0) round.deleteRested({ saleId, segment }, nowMs)
}

const statementsOf = (database: Database) => ({
  findHeld: heldFinder(database),
  insertBuyer: database.change(INSERT_BUYER),
  insertMessage: database.change(INSERT_IN_TRANSIT),
  keepTaken: database.change(KEEP_TAKEN),
  deleteRested: restedDeleter(database),
})
