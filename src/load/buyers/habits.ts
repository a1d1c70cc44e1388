// What kind of person a buyer is, drawn once and by chance. How a day goes from there is in day.ts.

import { arrivalMs, type Curve } from './arrivals.ts'
import type { Chance } from './chance.ts'

export interface Habits {
  clicksEarlyMs: number | undefined // how long before the start
  arrivesAfterMs: number // after the opening
  retriesMax: number // 0: takes the first no for an answer
  asksAgain: boolean // with an order in hand
  ends: 'pays' | 'cancels' | 'abandons' // what becomes of an order
}

// Shares of the buyers, 0 to 1; of the orders for `again`, `cancel` and `unpaid`.
export interface Shares {
  early: number
  retry: number
  again: number
  cancel: number
  unpaid: number
}

export const EARLY_MS_MAX = 1000

export const habitsOf = (
  of: { shares: Shares; retriesMax: number; curve: Curve; overMs: number },
  chance: Chance,
): Habits => {
  const { shares } = of
  const arrivesAfterMs = arrivalMs(of, chance.share())
  const clicksEarlyMs = chance.is(shares.early) ? chance.share() * EARLY_MS_MAX : undefined
  const retriesMax = chance.is(shares.retry) ? of.retriesMax : 0
  const asksAgain = chance.is(shares.again)
  return { clicksEarlyMs, arrivesAfterMs, retriesMax, asksAgain, ends: endOf(shares, chance) }
}

const endOf = ({ cancel, unpaid }: Shares, chance: Chance): Habits['ends'] => {
  const drawn = chance.share()
  if (drawn < cancel) return 'cancels'
  return drawn < cancel + unpaid ? 'abandons' : 'pays'
}
