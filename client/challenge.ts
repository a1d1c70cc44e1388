// Proves to the server that the buyer is no program: fetches the challenge of a sale, has it solved, and
// brings back the pass that is given for the solution. With a pass everything goes on as if nothing had been.

import { insist, type Question } from './ask.ts'
import type { Puzzle } from './proof-of-work.ts'
import type { Challenge, Pass } from './shapes.ts'
import type { Prove } from './solve.ts'

export interface Proving extends Question {
  saleId: string
  token: string // purchase token or session
  prove: Prove
}

export type Proved = { pass: string } | { code: string } // or why not, as the API says

// Somebody who was away for a while, or whose device is slow, may be too late; not again and again.
const ROUNDS_MAX = 3

// Rejects only when the signal is aborted.
export const passOf = async ({ saleId, prove, ...question }: Proving): Promise<Proved> => {
  const path = `/api/sales/${saleId}/challenge`
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    const given = await insist<Challenge>(path, question)
    if (!given.ok) return { code: given.code }
    const solution = await solutionOf(given.body, { prove, signal: question.signal })
    if (solution === undefined) return { code: 'challenge-required' }
    const brought = { ...question, method: 'POST', body: { solution } } as const
    // What got no answer may have counted: it is refused then, and a new challenge is as good.
    const answer = await insist<Pass>(path, brought)
    if (answer.ok) return { pass: answer.body.challengePass }
    if (answer.code !== 'challenge-failed') return { code: answer.code }
  }
  return { code: 'challenge-required' }
}

const solutionOf = async (
  { challenge }: Challenge,
  { prove, signal }: { prove: Prove; signal: AbortSignal },
): Promise<string | undefined> => {
  if (challenge.kind !== 'altcha') return undefined
  const { parameters, signature } = challenge
  const solution = await prove(parameters as Puzzle, signal)
  return solution && btoa(JSON.stringify({ challenge: { parameters, signature }, solution }))
}
