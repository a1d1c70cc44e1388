// What a process remembers of each buyer in each sale, for a minute at least: when he attempted, and how
// much of that was decided. To find one among a million takes longer than all that is done with it, so the
// claims of a remembered token keep theirs at hand.
//
// Buyers who were silent for a minute are forgotten, two generations at a time. When there is no room for
// more, the older generation goes before its time, but never within the second in which rates are counted:
// until then whoever is not among the younger has to wait.

import { type BuyerId, idKey, type SaleId } from '../domain/ids.ts'
import { generation } from './generation.ts'

// Each in milliseconds, oldest first.
export interface BuyerRecord {
  attempts: number[] // that the buyer's rate let by
  decided: number[] // what was to be decided of them
}

export interface BuyerClaims {
  saleId: SaleId
  buyerId: BuyerId
  record?: BuyerRecord | undefined // kept by the records themselves
}

export interface BuyerRecords {
  // Undefined: there is no room for him now.
  of(claims: BuyerClaims, nowMs: number): BuyerRecord | undefined
}

export interface RecordTerms {
  keptMs: number // for how long at least, while there is room
  keptFullMs: number // and when there is none
  buyersMax: number
}

interface KeptRecord extends BuyerRecord {
  turn: number // of its generation
}

export const buyerRecords = ({ keptMs, keptFullMs, buyersMax }: RecordTerms): BuyerRecords => {
  let young = generation<KeptRecord>()
  let old = generation<KeptRecord>()
  let turn = 0 // of the younger one
  let turnedAtMs = -Infinity

  const isFull = () => young.size() >= buyersMax / 2

  const turnOver = (nowMs: number) => {
    old = young
    young = generation()
    turn += 1
    turnedAtMs = nowMs
  }

  // Of whoever comes again and again for hours, too.
  const forgetOld = (instants: number[], nowMs: number) => {
    if ((instants.at(-1) ?? Infinity) <= nowMs - keptMs) instants.length = 0
  }

  const find = ({ saleId, buyerId, record }: BuyerClaims & { record?: KeptRecord }) => {
    if (record && record.turn >= turn - 1) return record
    const key = idKey(buyerId)
    return young.get(saleId, key) ?? old.get(saleId, key)
  }

  return {
    of(claims: BuyerClaims & { record?: KeptRecord }, nowMs) {
      if (nowMs >= turnedAtMs + (isFull() ? keptFullMs : keptMs)) turnOver(nowMs)
      const known = find(claims)
      if (known?.turn === turn) return (claims.record = known)
      if (isFull()) return undefined
      const record = known ?? { attempts: [], decided: [], turn }
      if (known) for (const instants of [known.attempts, known.decided]) forgetOld(instants, nowMs)
      record.turn = turn
      young.set(claims.saleId, idKey(claims.buyerId), record)
      return (claims.record = record)
    },
  }
}
