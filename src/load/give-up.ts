// Some of those who got an order give it up; orders from before this herd are nobody's to cancel. One
// that is still in transit cannot be cancelled yet: they come back when they are told to, a bounded
// number of times.

import type { Agenda } from './agenda.ts'
import type { Asking } from './asking.ts'
import { type Buyer, holdersOf } from './buyer.ts'
import type { Chance } from './chance.ts'

const CANCEL_OVER_MS = 1000
const RETRIES = 10
const RETRY_MS = 1000 // when the server does not say
const DECIDED = new Set(['cancelled', 'too-late', 'no-such-order', 'unauthorized'])

// Returns how many cancels are not decided yet.
export const giveUpSome = (of: {
  agenda: Agenda
  asking: Asking
  buyers: Buyer[]
  chance: Chance
  share: number
  fromMs: number
}): (() => number) => {
  const { agenda, asking, chance } = of
  const some = holdersOf(of.buyers).filter(({ earlier }) => !earlier && chance.is(of.share))
  let open = some.length
  const cancel = (buyer: Buyer, retriesLeft: number) => (plannedMs: number) =>
    asking.cancel(buyer, plannedMs, ({ outcome, retryAfterMs, atMs }) => {
      if (retriesLeft === 0 || DECIDED.has(outcome)) open -= 1
      else agenda.plan(atMs + (retryAfterMs ?? RETRY_MS), cancel(buyer, retriesLeft - 1))
    })
  for (const buyer of some)
    agenda.plan(of.fromMs + chance.share() * CANCEL_OVER_MS, cancel(buyer, RETRIES))
  return () => open
}
