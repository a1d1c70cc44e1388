// Whoever wants to buy makes an account: a name and a password. Where accounts are another identity
// provider's, the answer says so.

import type { FastifyReply, FastifyRequest } from 'fastify'
import { accountName, NAME_LENGTH } from '../../domain/buyer.ts'
import { signUp } from '../../flows/buyers/sign-up.ts'
import type { Identity } from '../../ports/identity.ts'
import type { Ports } from '../../ports/ports.ts'
import { type Answer, type AnswerContext, busy, json, problem } from '../answers.ts'
import type { ClientAddress } from '../client-address.ts'
import { AccountBody, BuyerView } from '../schemas/buyers.ts'
import { route } from '../schemas/route.ts'
import { answer, type App } from '../server.ts'
import type { Trier, Tries } from '../tries.ts'

export interface AccountDeps {
  ports: Pick<Ports, 'buyers' | 'clock' | 'passwords' | 'sessions'>
  identity: Identity
  context: AnswerContext
  clientAddress: ClientAddress
  tries: Tries
}

export const buyerRoutes = (deps: AccountDeps) => (app: App) => {
  app.post<{ Body: AccountBody }>(
    '/api/buyers',
    { schema: SIGN_UP, config: { entrance: true } },
    async (request, reply) => {
      if (deps.identity.accounts === 'elsewhere') return accountsElsewhere(reply, deps.identity)
      const account = accountOf(request)
      if (account === undefined) return notAName(reply)
      const by = { address: deps.clientAddress(request.raw) }
      const waitMs = deps.tries.take(by)
      if (waitMs > 0) return answer(reply, tooManyTries(waitMs))
      const signedUp = await unlessItFails(deps.tries, by, signUp(deps.ports, account))
      switch (signedUp.result) {
        case 'signed-up':
          return answer(reply, json(201, { buyerId: signedUp.buyerId }))
        case 'name-taken':
          return answer(reply, problem('name-taken'))
        case 'busy':
          deps.tries.giveBack(by)
          return answer(reply, busy(deps.context))
      }
    },
  )
}

export const accountOf = ({ body }: FastifyRequest<{ Body: AccountBody }>) => {
  const name = accountName(body.name)
  return name === undefined ? undefined : { name, password: body.password }
}

export const notAName = (reply: FastifyReply) => {
  const { min, max } = NAME_LENGTH
  return answer(
    reply,
    problem('malformed', { detail: `name: ${min} to ${max} visible characters` }),
  )
}

export const tooManyTries = (waitMs: number): Answer =>
  problem('too-many-tries', { retrySeconds: Math.ceil(waitMs / 1000) })

export const accountsElsewhere = (reply: FastifyReply, { issuer }: { issuer: string }) =>
  answer(reply, problem('accounts-elsewhere', { detail: `accounts are kept by ${issuer}` }))

// A try that nobody could judge is none.
export const unlessItFails = async <Result>(
  tries: Tries,
  by: Trier,
  answered: Promise<Result>,
): Promise<Result> => {
  try {
    return await answered
  } catch (error) {
    tries.giveBack(by)
    throw error
  }
}

const SIGN_UP = route({
  summary: 'Make an account',
  tag: 'buyers',
  credentials: [],
  body: AccountBody,
  answers: { 201: BuyerView },
  refusals: ['accounts-elsewhere', 'name-taken', 'too-many-tries', 'busy'],
})
