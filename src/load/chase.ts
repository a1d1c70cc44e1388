// Buyers who were sold out go on trying, one after another at a steady rate, for as long as there may
// be units to get. Each keeps to its own window and to what it was told about coming back.

import type { Agenda } from './agenda.ts'
import type { Asking } from './asking.ts'
import type { Buyer } from './buyer.ts'
import { nowMs } from './clocks.ts'

const CHASES_PER_SECOND_MAX = 1000
const CHASES_PER_BUYER_AND_SECOND = 2

export const chase = (of: {
  agenda: Agenda
  asking: Asking
  soldOut: Set<Buyer> // in the order in which they ask
  wanted: () => boolean
  fromMs: number
  untilMs: number
}) => {
  const { agenda, asking, soldOut, wanted, fromMs, untilMs } = of
  if (soldOut.size === 0) return
  const perSecond = Math.min(CHASES_PER_SECOND_MAX, soldOut.size * CHASES_PER_BUYER_AND_SECOND)

  const next = (plannedMs: number) => {
    if (!wanted() || nowMs() >= untilMs) return
    agenda.plan(plannedMs + 1000 / perSecond, next)
    const [buyer] = soldOut
    if (buyer === undefined) return
    soldOut.delete(buyer)
    if (buyer.earliestMs > plannedMs) return void soldOut.add(buyer)
    asking.attempt(buyer, { why: 'chase', plannedMs }, ({ outcome }) => {
      if (outcome !== 'ended' && buyer.orderId === undefined) soldOut.add(buyer)
    })
  }
  agenda.plan(fromMs, next)
}
