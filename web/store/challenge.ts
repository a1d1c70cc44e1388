// Proves to the shop that the buyer is no program: fetches the challenge of a sale, solves it, and keeps the
// pass that is given for the solution, until it runs out. With a pass everything goes on as if nothing had been.

import { insist } from '../../client/ask.ts'
import type { Puzzle } from '../../client/proof-of-work.ts'
import type { Challenge, Pass } from '../../client/shapes.ts'
import { solve } from './solve.ts'

const passes = new Map<string, string>() // by sale

// One that has run out is refused, and then there is another one.
export const passOf = (saleId: string): string | undefined => passes.get(saleId)

export interface Proving {
  token: string // purchase token or session
  signal: AbortSignal
  progress: (done: number) => void // from 0 to 1
}

// Somebody who was away for a while, or whose device is slow, may be too late; not again and again.
const ROUNDS_MAX = 3

// Whether there is a pass now. Throws only when the signal is aborted.
export const prove = async (saleId: string, of: Proving): Promise<Proved> => {
  const path = `/api/sales/${saleId}/challenge`
  const { token, signal } = of
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const given = await insist<Challenge>(path, { token, signal })
    if (!given.ok) return given.code
    const solution = await solutionOf(given.body, of)
    if (solution === undefined) return 'challenge-required'
    const body = { solution }
    // What got no answer may have counted: it is refused then, and a new challenge is as good.
    const answer = await insist<Pass>(path, { method: 'POST', token, signal, body })
    if (answer.ok) {
      passes.set(saleId, answer.body.challengePass)
      return 'passed'
    }
    if (answer.code !== 'challenge-failed') return answer.code
  }
  return 'challenge-required'
}

export type Proved = 'passed' | (string & {}) // or why not, as the API says

const solutionOf = async ({ challenge }: Challenge, of: Proving): Promise<string | undefined> => {
  if (challenge.kind !== 'altcha') return undefined
  const { parameters, signature } = challenge
  const solution = await solve(parameters as Puzzle, of)
  return solution && btoa(JSON.stringify({ challenge: { parameters, signature }, solution }))
}
