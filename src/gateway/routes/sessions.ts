// Sign in and sign out. What was wrong, the name or the password, nobody is told.

import { randomUUID } from 'node:crypto'
import { signIn } from '../../flows/buyers/sign-in.ts'
import { busy, done, json, problem } from '../answers.ts'
import type { FindBuyer } from '../buyer-credentials.ts'
import { AccountBody, SessionView } from '../schemas/buyers.ts'
import { route } from '../schemas/route.ts'
import { answer, type App } from '../server.ts'
import { instant } from '../views.ts'
import {
  accountOf,
  accountsElsewhere,
  type AccountDeps,
  notAName,
  tooManyTries,
  unlessItFails,
} from './buyers.ts'
import { buyerOf, signedInOnly } from './signed-in.ts'

export interface SessionDeps extends AccountDeps {
  findBuyer: FindBuyer
  sessionMs: number
}

export const sessionRoutes = (deps: SessionDeps) => (app: App) => {
  signInRoute(app, deps)
  signOutRoute(app, deps)
}

const signInRoute = (app: App, { ports, identity, ...deps }: SessionDeps) => {
  app.post<{ Body: AccountBody }>(
    '/api/sessions',
    { schema: SIGN_IN, config: { entrance: true } },
    async (request, reply) => {
      if (identity.accounts === 'elsewhere') return accountsElsewhere(reply, identity)
      const account = accountOf(request)
      if (account === undefined) return notAName(reply)
      const by = { address: deps.clientAddress(request.raw), name: account.name }
      const waitMs = deps.tries.take(by)
      if (waitMs > 0) return answer(reply, tooManyTries(waitMs))
      const { sessionMs } = deps
      const signingIn = signIn(ports, { ...account, sessionId: randomUUID(), sessionMs })
      const signedIn = await unlessItFails(deps.tries, by, signingIn)
      switch (signedIn.result) {
        case 'signed-in': {
          const sessionToken = await identity.tokens.issue(signedIn.session)
          const expiresAt = instant(signedIn.session.expiresAtMs)
          return answer(reply, json(201, { sessionToken, expiresAt }))
        }
        case 'wrong-name-or-password':
          return answer(reply, problem('wrong-name-or-password'))
        case 'busy':
          deps.tries.giveBack(by)
          return answer(reply, busy(deps.context))
      }
    },
  )
}

const signOutRoute = (app: App, { ports, identity, findBuyer }: SessionDeps) => {
  const onRequest = signedInOnly(findBuyer)
  app.delete('/api/sessions/current', { schema: SIGN_OUT, onRequest }, async (request, reply) => {
    if (identity.accounts === 'elsewhere') return accountsElsewhere(reply, identity)
    await ports.sessions.close(buyerOf(request).sessionId!)
    return answer(reply, done)
  })
}

const SIGN_IN = route({
  summary: 'Sign in',
  tag: 'buyers',
  credentials: [],
  body: AccountBody,
  answers: { 201: SessionView },
  refusals: ['wrong-name-or-password', 'accounts-elsewhere', 'too-many-tries', 'busy'],
})

const SIGN_OUT = route({
  summary: 'Sign out, on every gateway at once',
  tag: 'buyers',
  credentials: ['session'],
  answers: { 204: { contentType: undefined, description: 'Signed out' } },
  refusals: ['accounts-elsewhere'],
})
