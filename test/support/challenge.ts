// A challenge as a client of the API gets it, solves it by the page's own arithmetic, and brings it back.

import assert from 'node:assert/strict'
import { tryNumbers } from '../../client/proof-of-work.ts'
import type { Client, Json, Reply } from './engine.ts'

const pathOf = (saleId: string) => `/api/sales/${saleId}/challenge`

export const fetchChallenge = (client: Client, saleId: string, credential: string) =>
  client.request('GET', pathOf(saleId), { credential })

export const solutionOf = ({ challenge }: Json): string => {
  const { parameters, signature } = challenge
  const count = parameters.data.difficulty
  const solution = tryNumbers(parameters, { from: 0, count })
  assert(solution, 'there is a solution')
  const text = JSON.stringify({ challenge: { parameters, signature }, solution })
  return Buffer.from(text).toString('base64')
}

export const bringSolution = (
  client: Client,
  of: { saleId: string; credential: string; solution: string },
): Promise<Reply> =>
  client.request('POST', pathOf(of.saleId), {
    credential: of.credential,
    body: { solution: of.solution },
  })

// All of it, and what one brings back.
export const solve = async (client: Client, saleId: string, credential: string) => {
  const { body } = await fetchChallenge(client, saleId, credential)
  return solutionOf(body)
}

export const getPass = async (
  client: Client,
  saleId: string,
  credential: string,
): Promise<string> => {
  const solution = await solve(client, saleId, credential)
  const { status, body } = await bringSolution(client, { saleId, credential, solution })
  assert.equal(status, 200, JSON.stringify(body))
  return body.challengePass
}
