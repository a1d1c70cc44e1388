// A buyer is forgotten: nothing is left that says who it was. What the books need stays under the bare
// number, and whoever asked is told what that is and why.

import type { BuyerErased, BuyerRecord, CountedPart } from '../../ports/buyer-records.ts'
import type { BuyerId } from '../../domain/ids.ts'
import type { Ports } from '../../ports/ports.ts'

export type BuyerForgotten =
  | { result: 'erased'; sessions: number; entries: number; kept: KeptPart[] }
  | Exclude<BuyerErased, { result: 'erased' }>

export interface KeptPart {
  what: CountedPart
  count: number
  why: string
}

export const eraseBuyer = async (
  { buyerRecords }: Pick<Ports, 'buyerRecords'>,
  of: { buyerId: BuyerId; by: string; reason: string },
): Promise<BuyerForgotten> => {
  const erased = await buyerRecords.erase(of)
  if (erased.result !== 'erased') return erased
  const { record, ...gone } = erased
  return { ...gone, kept: keptOf(record) }
}

const WHY: Partial<Record<CountedPart, string>> = {
  entries: 'their sale is not over: needed until then, and deleted some time after',
  orders: 'the books of their sale: they name the buyer by number only, as does the ledger',
  payments: 'the books of their sale: money that was asked for, came or went back',
  blocks: 'a block holds until it ends or is lifted',
}

const keptOf = ({ counts }: BuyerRecord): KeptPart[] =>
  Object.entries(WHY).flatMap(([part, why]) => {
    const what = part as CountedPart
    return counts[what] > 0 ? [{ what, count: counts[what], why }] : []
  })
