// Decides attempts on one segment, in order, in memory. What was taken is answered when the commit is
// durable that carries its message; if that fails, everything taken in it is put back, and nobody has
// been told of it. Refusals write nothing.

import type { Attempt } from '../../../domain/attempt.ts'
import type { SaleId } from '../../../domain/ids.ts'
import { MESSAGE_VERSION } from '../../../domain/messages.ts'
import { type Held, refusalOf, type Reserved } from '../../../domain/stock.ts'
import type { ReservedBatch, Stock } from '../../../ports/stock.ts'
import type { InTransit } from '../in-transit.ts'
import {
  findHeld,
  heldMark,
  hold,
  letGo,
  type OpenSegment,
  openSegment,
  type Segment,
  type StockDeps,
  unitsOf,
} from './segments.ts'

type Batch = Parameters<Stock['reserve']>[0]

export const stockReserving = ({
  clock,
  database,
  inTransit,
  segments,
}: StockDeps): Pick<Stock, 'reserve'> => {
  let taken: Taken[] = [] // in the open transaction

  database.join({
    lastCall: () => undefined,
    write: () => undefined,
    ended(durable) {
      if (!durable) taken.forEach(putBack)
      taken = []
    },
  })

  return {
    async reserve({ saleId, attempts }: Batch) {
      const nowMs = clock.nowMs()
      const segment = openSegment(segments, saleId, nowMs)
      if (segment === undefined) return refuseAll(attempts, segments.get(saleId))
      const answers = decideAll({ inTransit, saleId, segment, nowMs, taken }, attempts)
      const { epoch, version, available, returning } = segment
      const reading = { version, left: available + unitsOf(returning) }
      await database.settle()
      return { epoch, reading, queued: true, answers }
    },
  }
}

// A counter has none; there are as many of these as orders.
const NO_TOKENS: string[] = []

interface Taken {
  segment: OpenSegment
  held: Held
}

const putBack = ({ segment, held }: Taken) => {
  if (findHeld(segment, held.buyerId) !== held) return
  letGo(segment, held)
  segment.available += held.units
  segment.version += 1
}

// What all attempts of a batch have in common.
interface Round {
  inTransit: InTransit
  saleId: SaleId
  segment: OpenSegment
  nowMs: number
  taken: Taken[]
}

const refuseAll = (attempts: Attempt[], segment: Segment | undefined): ReservedBatch => ({
  epoch: segment?.epoch ?? 0,
  reading: { version: segment?.version ?? 0, left: Infinity },
  queued: true,
  answers: attempts.map(() => ({ answer: 'rebuilding' })),
})

const decideAll = (round: Round, attempts: Attempt[]): Reserved[] => {
  const { inTransit, segment, nowMs } = round
  const { epoch } = segment
  const { price, currency, version: saleVersion } = segment.copy
  const terms = { price, currency, saleVersion }
  const refusal = refusalOf(segment.copy, nowMs)
  return attempts.map((attempt): Reserved => {
    const has = findHeld(segment, attempt.buyerId)
    if (has) return { answer: 'already-reserved', ...terms, ...heldMark(has, { epoch, inTransit }) }
    if (refusal) return refusal
    if (segment.available < attempt.units) return { answer: 'sold-out' }
    return take(round, attempt, terms)
  })
}

const take = (
  { inTransit, saleId, segment, nowMs: reservedAtMs, taken }: Round,
  { buyerId, orderId, units }: Attempt,
  terms: { price: number; currency: string; saleVersion: number },
): Reserved => {
  const { epoch } = segment
  const { price, currency, saleVersion } = terms
  const held: Held = { buyerId, orderId, units, stockTokens: NO_TOKENS }
  // First, because it fails where nothing can be kept.
  inTransit.add({
    version: MESSAGE_VERSION,
    orderId,
    saleId,
    buyerId,
    units,
    price,
    currency,
    saleVersion,
    epoch,
    stockTokens: NO_TOKENS,
    reservedAtMs,
  })
  hold(segment, held)
  segment.available -= units
  segment.version += 1
  taken.push({ segment, held })
  return {
    answer: 'taken',
    price,
    currency,
    saleVersion,
    buyerId,
    orderId,
    units,
    stockTokens: NO_TOKENS,
  }
}
