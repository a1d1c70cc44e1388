// The ways in which an order ends: its buyer pays it, cancels it, or does not pay and looks on as it
// expires. What cannot be decided yet is asked again, a bounded number of times.

import type { Heard, Seen } from './asking.ts'
import type { Buyer } from './buyer.ts'
import type { World } from './day.ts'

const PAID_WITHIN_MS = 10_000
export const NOT_TAKEN = new Set(['payments-off', 'not-found']) // by a server without payments

export const pays = async (buyer: Buyer, world: World): Promise<void> => {
  const { outcome } = await insists(world, (plannedMs) => world.pay(buyer, plannedMs))
  if (NOT_TAKEN.has(outcome)) return void (buyer.gaveBack = true)
  if (outcome === 'failed') return abandons(buyer, world)
  const seen = await watches(buyer, world, { states: SETTLED, withinMs: PAID_WITHIN_MS })
  if (seen.status === 'pending' && ACCEPTED.has(outcome))
    world.broken(`order ${buyer.orderId} is not paid ${PAID_WITHIN_MS} ms after its payment`)
}

const ACCEPTED = new Set(['started', 'succeeded'])

export const cancels = async (buyer: Buyer, world: World): Promise<void> => {
  buyer.gaveBack = true
  await insists(world, (plannedMs) => world.cancel(buyer, plannedMs))
}

const RECORDED_WITHIN_MS = 30_000
const EXPIRES_WITHIN_MS = 5000

export const abandons = async (buyer: Buyer, world: World): Promise<void> => {
  buyer.gaveBack = true
  const recorded = await watches(buyer, world, { states: DECIDED, withinMs: RECORDED_WITHIN_MS })
  if (recorded.status !== 'pending' || recorded.payByMs === undefined) return
  await world.until(recorded.payByMs)
  const seen = await watches(buyer, world, { states: SETTLED, withinMs: EXPIRES_WITHIN_MS })
  if (seen.status === 'pending')
    world.broken(`order ${buyer.orderId} is pending ${EXPIRES_WITHIN_MS} ms after it was to expire`)
}

const SETTLED = new Set(['paid', 'cancelled', 'expired', 'refunded', 'rejected'])
const DECIDED = new Set([...SETTLED, 'pending'])

const LOOK_MS_MIN = 100
const LOOK_MS_MAX = 1000

// Looks at the order, less and less often, until it has one of these states or the time is over.
const watches = async (
  buyer: Buyer,
  world: World,
  { states, withinMs }: { states: Set<string>; withinMs: number },
): Promise<Seen> => {
  const untilMs = world.nowMs() + withinMs
  for (let pauseMs = LOOK_MS_MIN; ; pauseMs = Math.min(LOOK_MS_MAX, pauseMs * 2)) {
    const seen = await world.look(buyer, await world.until(world.nowMs() + pauseMs))
    if (states.has(seen.status) || world.nowMs() >= untilMs) return seen
  }
}

const INSISTS_MAX = 10
const INSISTS_AFTER_MS = 1000 // when the server does not say
const UNDECIDED = new Set(['in-transit', 'busy', 'rebuilding', 'no-answer'])

const insists = async (world: World, ask: (plannedMs: number) => Promise<Heard>) => {
  let heard = await ask(world.nowMs())
  for (let left = INSISTS_MAX; left > 0 && UNDECIDED.has(heard.outcome); left -= 1)
    heard = await ask(await world.until(heard.atMs + (heard.retryAfterMs ?? INSISTS_AFTER_MS)))
  return heard
}
