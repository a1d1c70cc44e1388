// The purchase: asks until there is a final answer, one attempt at a time. It never takes silence for a
// no, and never asks sooner than the server wants: whoever asks again keeps the order he may already have.

import { type Answer, waitMs } from './answer.ts'

// What follows each outcome of an attempt. `no-answer` is ours: nobody answered.
export const WHAT_FOLLOWS = {
  malformed: 'end',
  'no-such-sale': 'end',
  unauthorized: 'renew', // once: the purchase token may have run out
  blocked: 'end',
  'rate-limited': 'again',
  'challenge-required': 'prove', // that one is no program, and then the same once more
  'already-reserved': 'order',
  'not-started': 'end',
  ended: 'end',
  paused: 'end',
  'sold-out': 'end',
  accepted: 'order',
  busy: 'again',
  rebuilding: 'again',
  'no-answer': 'again',
} as const

export type AttemptOutcome = keyof typeof WHAT_FOLLOWS

export interface Bought {
  outcome: AttemptOutcome
  orderId?: string // of `accepted` and `already-reserved`
}

export interface Shop {
  attempt(token: string): Promise<Answer<{ outcome: string; orderId: string }>>
  token(isStale: boolean): Promise<{ token: string } | Bought> // without one it is over
  prove(token: string): Promise<string> // `passed`, or why it was not possible
  pause(ms: number): Promise<void>
  chance(): number // 0 ≤ chance < 1
  waiting(outcome: AttemptOutcome, ms: number): void // is told before every pause
}

// Whoever clicks a blink too early by a clock that is slightly off is not sent away.
const STARTS_SOON_MS = 3000

export const purchase = async (shop: Shop): Promise<Bought> => {
  let right = await shop.token(false)
  let hasRenewed = false
  let hasProved = false // just now: a shop that asks again at once would ask for ever
  for (let tries = 0; 'token' in right; tries += 1) {
    const answer = await shop.attempt(right.token)
    const outcome = outcomeOf(answer)
    if (answer.ok) return { outcome, orderId: answer.body.orderId }
    const next = WHAT_FOLLOWS[outcome]
    const isSoon = outcome === 'not-started' && (answer.retryMs ?? Infinity) <= STARTS_SOON_MS
    if (next === 'renew' && !hasRenewed) {
      hasRenewed = true
      right = await shop.token(true)
    } else if (next === 'prove' && !hasProved) {
      const proved = await shop.prove(right.token)
      if (proved !== 'passed') return { outcome: outcomeNamed(proved) }
      hasProved = true
    } else if (next === 'again' || isSoon) {
      hasProved = false
      const ms = waitMs(answer, tries, shop.chance())
      shop.waiting(outcome, ms)
      await shop.pause(ms)
    } else return { outcome }
  }
  return right
}

const outcomeOf = (answer: Answer<{ outcome: string }>): AttemptOutcome =>
  outcomeNamed(answer.ok ? answer.body.outcome : answer.code)

// Refusals that are not outcomes, like a full disk, are trouble of the shop: busy, to a buyer.
export const outcomeNamed = (code: string): AttemptOutcome =>
  Object.hasOwn(WHAT_FOLLOWS, code) ? (code as AttemptOutcome) : 'busy'
