// The door to what a signed-in buyer may do, in any sale. A purchase token does not open it.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { problem } from '../answers.ts'
import type { BuyerCredential, FindBuyer } from '../buyer-credentials.ts'
import { answer } from '../server.ts'

declare module 'fastify' {
  interface FastifyRequest {
    signedIn: BuyerCredential | undefined
  }
}

// A hook for the routes that need it: `onRequest`.
export const signedInOnly =
  (findBuyer: FindBuyer) => async (request: FastifyRequest, reply: FastifyReply) => {
    const found = await findBuyer(request.headers.authorization, request.raw)
    if (found?.kind !== 'session') return answer(reply, problem('unauthorized'))
    request.signedIn = found
  }

export const buyerOf = (request: FastifyRequest): BuyerCredential => request.signedIn!
