// The day of one buyer, from the first click to the end of its order. Whoever gets nothing goes home
// when it has no retry left, or when there will be nothing more to get.

import type { Why } from '../counts/tally.ts'
import type { Asking, Heard } from './asking.ts'
import type { Buyer } from './buyer.ts'
import { abandons, cancels, pays } from './endings.ts'

export interface World extends Asking {
  openedAtMs: number
  payWithinMs: number
  nowMs(): number
  until(atMs: number): Promise<number> // resolves then, with the planned instant
  turn(): Promise<number | undefined> // when there may be units again; undefined: there will be none
}

export const day = async (buyer: Buyer, world: World): Promise<void> => {
  const { habits } = buyer
  const { openedAtMs } = world
  const { clicksEarlyMs, arrivesAfterMs } = habits
  const isEarly = clicksEarlyMs !== undefined
  if (isEarly) await attempt(buyer, world, { why: 'early', atMs: openedAtMs - clicksEarlyMs })
  await tries(buyer, world, {
    why: isEarly ? 'retry' : 'opening', // it comes when it was told to
    atMs: openedAtMs + arrivesAfterMs,
  })
  if (buyer.orderId === undefined) return
  if (habits.asksAgain) await tries(buyer, world, { why: 'again', atMs: buyer.earliestMs })
  if (buyer.earlier) return // from before this herd: not ours to pay or to cancel
  await thinks(buyer, world)
  switch (habits.ends) {
    case 'pays':
      return pays(buyer, world)
    case 'cancels':
      return cancels(buyer, world)
    case 'abandons':
      return abandons(buyer, world)
  }
}

// Outcomes after which the same attempt is worth another try.
const TRY_AGAIN = new Set([
  'busy',
  'rebuilding',
  'paused',
  'not-started',
  'rate-limited',
  'sold-out',
  'no-answer',
  'dropped',
])

// One attempt, and as many others as the buyer has retries and the answers are worth.
const tries = async (buyer: Buyer, world: World, first: { why: Why; atMs: number }) => {
  let heard = await attempt(buyer, world, first)
  while (TRY_AGAIN.has(heard.outcome) && buyer.retriesLeft > 0) {
    buyer.retriesLeft -= 1
    const atMs = await comesBackAt(buyer, world, heard)
    if (atMs === undefined) return
    heard = await attempt(buyer, world, { why: first.why === 'again' ? 'again' : 'retry', atMs })
  }
}

// No attempt leaves before the buyer's own window is free and the server's Retry-After is over.
const attempt = async (buyer: Buyer, world: World, { why, atMs }: { why: Why; atMs: number }) => {
  const plannedMs = await world.until(Math.max(atMs, buyer.earliestMs))
  return world.attempt(buyer, { why, plannedMs })
}

const RETRY_MS = 1000 // when the server does not say
const JITTER_MS = 200

// Sold out, it waits for its turn: units may come back.
const comesBackAt = async (buyer: Buyer, world: World, { outcome, atMs }: Heard) => {
  const jitterMs = buyer.chance.share() * JITTER_MS
  if (outcome !== 'sold-out') return Math.max(atMs + RETRY_MS, buyer.earliestMs) + jitterMs
  await world.until(buyer.earliestMs + jitterMs)
  return world.turn()
}

const THINKS_MS_MAX = 1000

const thinks = async (buyer: Buyer, world: World) => {
  const mostMs = Math.min(THINKS_MS_MAX, world.payWithinMs / 4)
  await world.until(world.nowMs() + buyer.chance.share() * mostMs)
}
