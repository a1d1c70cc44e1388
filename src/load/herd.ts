// The herd and its day: everybody comes at the opening; some who hold an order ask again, and must be
// told the same; some give theirs up, and those who were sold out chase the units that come back; and
// when all is over, holders ask once more.

import { type Agenda, agenda as newAgenda } from './agenda.ts'
import type { Asking, Heard } from './asking.ts'
import { type Buyer, holdersOf } from './buyer.ts'
import type { Chance } from './chance.ts'
import { chase } from './chase.ts'
import { nowMs } from './clocks.ts'
import { giveUpSome } from './give-up.ts'
import type { Sender } from './send.ts'
import type { Tally, Why } from './tally.ts'

export interface HerdDeps {
  asking: Asking
  buyers: Buyer[]
  chance: Chance
  sender: Sender
  tally: Tally
}

export interface Herd {
  open(of: { atMs: number; overMs: number; againShare: number }): Promise<void>
  giveBack(of: GiveBack): Promise<{ stillSoldOut: number }>
  askOnceMore(holdersMax: number): Promise<void>
}

interface GiveBack {
  cancelShare: number
  chaseMs: number // how long units that came back are chased
  available: number // units there were at the opening
}

const CANCELLED_WITHIN_MS = 20_000
const ASK_OVER_MS = 500
const SETTLES_WITHIN_MS = 60_000 // retries and time-outs after the last planned attempt

export const herd = (deps: HerdDeps): Herd => {
  const { asking, buyers, chance, sender, tally } = deps
  const agenda = newAgenda()
  const soldOut = new Set<Buyer>()
  const settle = (untilMs: number) =>
    agenda.run({ finished: (idle) => idle && sender.waiting() === 0, untilMs })

  return {
    async open({ atMs, overMs, againShare }) {
      const attempt = attempts({ ...deps, agenda, soldOut, againShare })
      for (const buyer of buyers)
        agenda.plan(atMs + chance.share() * overMs, attempt(buyer, 'opening'))
      await settle(atMs + overMs + SETTLES_WITHIN_MS)
    },

    async giveBack({ cancelShare, chaseMs, available }) {
      const fromMs = nowMs()
      const untilMs = fromMs + CANCELLED_WITHIN_MS + chaseMs
      const openCancels = giveUpSome({ agenda, asking, buyers, chance, share: cancelShare, fromMs })
      const unsold = () => available + tally.cancelledAtMs.length - tally.ordersAtMs.length
      const chased = () => nowMs() >= (tally.cancelledAtMs.at(-1) ?? 0) + chaseMs
      const wanted = () => openCancels() > 0 || (unsold() > 0 && !chased())
      chase({ agenda, asking, soldOut, wanted, fromMs, untilMs })
      await settle(untilMs + SETTLES_WITHIN_MS)
      return { stillSoldOut: soldOut.size }
    },

    async askOnceMore(holdersMax) {
      const fromMs = nowMs()
      const attempt = attempts({ ...deps, agenda, soldOut, againShare: 0 })
      for (const buyer of holdersOf(buyers).slice(0, holdersMax))
        agenda.plan(fromMs + chance.share() * ASK_OVER_MS, attempt(buyer, 'again'))
      await settle(fromMs + SETTLES_WITHIN_MS)
    },
  }
}

// Outcomes after which the same attempt is worth another try.
const TRY_AGAIN = new Set([
  'busy',
  'rebuilding',
  'paused',
  'not-started',
  'rate-limited',
  'no-answer',
])

const RETRY_MS = 1000 // when the server does not say
const JITTER_MS = 200

// One attempt of a buyer, and what follows from its answer.
const attempts = (of: HerdDeps & { agenda: Agenda; soldOut: Set<Buyer>; againShare: number }) => {
  const { agenda, asking, chance, soldOut, againShare } = of
  const attempt = (buyer: Buyer, why: Why) => (plannedMs: number) =>
    asking.attempt(buyer, { why, plannedMs }, (heard) => follow(buyer, why, heard))

  const follow = (buyer: Buyer, why: Why, { outcome, retryAfterMs, atMs }: Heard) => {
    if (outcome === 'sold-out') soldOut.add(buyer)
    if (buyer.orderId !== undefined && why !== 'again' && chance.is(againShare))
      return agenda.plan(buyer.earliestMs + chance.share() * JITTER_MS, attempt(buyer, 'again'))
    if (!TRY_AGAIN.has(outcome) || buyer.retriesLeft === 0) return
    buyer.retriesLeft -= 1
    const retryAtMs = atMs + (retryAfterMs ?? RETRY_MS) + chance.share() * JITTER_MS
    agenda.plan(retryAtMs, attempt(buyer, why === 'again' ? 'again' : 'retry'))
  }
  return attempt
}
