// What tests of the load generator share: buyers of given habits, and a world for them in which time
// passes only when somebody waits, and every answer is written down before.

import { chanceOf } from '../../src/load/buyers/chance.ts'
import { type Buyer, newBuyer } from '../../src/load/buyers/buyer.ts'
import type { World } from '../../src/load/buyers/day.ts'
import type { Habits } from '../../src/load/buyers/habits.ts'

const QUIET: Habits = {
  clicksEarlyMs: undefined,
  arrivesAfterMs: 100,
  retriesMax: 0,
  asksAgain: false,
  ends: 'pays',
}

export const buyerWith = (habits: Partial<Habits> = {}): Buyer =>
  newBuyer({
    buyerId: '7',
    token: 't',
    gateway: 0,
    habits: { ...QUIET, ...habits },
    chance: chanceOf(1),
  })

export const OPENED_AT_MS = 10_000

export interface Said {
  attempt?: string[] // outcomes; an `accepted` gives order 11
  pay?: string[]
  cancel?: string[]
  look?: string[] // states of the order
  retryAfterMs?: number
}

export interface Scripted extends World {
  asked: string[] // every question, with its planned instant
  brokenWords: string[]
}

export const scriptedWorld = (said: Said, turn: () => boolean = () => false): Scripted => {
  let now = OPENED_AT_MS - 2000
  const asked: string[] = []
  const brokenWords: string[] = []
  const next = (list: string[] | undefined, question: string): string => {
    const answer = list?.shift()
    if (answer === undefined) throw new Error(`nobody expected to be asked: ${question}`)
    asked.push(question)
    return answer
  }
  const heard = (outcome: string) => ({
    outcome,
    retryAfterMs: said.retryAfterMs,
    atMs: now,
  })
  return {
    asked,
    brokenWords,
    openedAtMs: OPENED_AT_MS,
    payWithinMs: 4000,
    nowMs: () => now,
    until: async (atMs) => (now = Math.max(now, atMs)),
    turn: async () => (turn() ? now : undefined),
    async attempt(buyer, { why, plannedMs }) {
      const outcome = next(said.attempt, `${why} at ${Math.round(plannedMs - OPENED_AT_MS)}`)
      if (outcome === 'accepted') buyer.orderId = '11'
      buyer.earliestMs = plannedMs + 400
      if (said.retryAfterMs !== undefined && outcome !== 'accepted')
        buyer.earliestMs = now + said.retryAfterMs
      return heard(outcome)
    },
    pay: async () => heard(next(said.pay, 'pay')),
    cancel: async () => heard(next(said.cancel, 'cancel')),
    look: async () => ({
      status: next(said.look, `look at ${Math.round(now - OPENED_AT_MS)}`),
      payByMs: OPENED_AT_MS + 4000,
    }),
    broken: (detail) => void brokenWords.push(detail),
  }
}
