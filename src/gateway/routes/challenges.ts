// A suspicious buyer gets a challenge and brings its solution, by the purchase token of the sale or by his
// session, and gets a pass for it: with that he attempts and enters for a minute as if nothing had been.
// Anybody may fetch one beforehand; how often is bounded. Each that is solved makes the next harder for all.

import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ChallengePasses } from '../../attempt/challenge-pass.ts'
import { tooOften } from '../../attempt/checks.ts'
import { type SlidingWindow } from '../../attempt/limits.ts'
import type { SaleCache } from '../../attempt/sale-cache.ts'
import { CHALLENGE_MS, difficulty } from '../../domain/challenge.ts'
import { idKey } from '../../domain/ids.ts'
import { type Proved, proveBuyer } from '../../flows/buyers/prove-buyer.ts'
import type { Challenge, ChallengeFor } from '../../ports/challenge.ts'
import type { Ports } from '../../ports/ports.ts'
import { type Answer, type AnswerContext, attemptAnswer, json, problem } from '../answers.ts'
import type { IsBlocked } from '../blocked.ts'
import type { FindBuyer } from '../buyer-credentials.ts'
import type { SolvedChallenges } from '../solved-challenges.ts'
import { ChallengeView, PassView, SolutionBody } from '../schemas/challenges.ts'
import { route } from '../schemas/route.ts'
import { answer, type App } from '../server.ts'
import { instant } from '../views.ts'

export interface ChallengeRouteDeps {
  ports: Pick<Ports, 'clock' | 'spentChallenges'>
  challenge: Challenge
  passes: Pick<ChallengePasses, 'issue'>
  solved: SolvedChallenges
  window: SlidingWindow // of a second
  sales: Pick<SaleCache, 'get'>
  findBuyer: FindBuyer
  isBlocked: IsBlocked
  context: AnswerContext
}

const CHALLENGES_PER_SECOND = 5 // of one buyer in one sale: fetched or solved

interface ChallengeRoute {
  Params: { saleId: string }
}

const PATH = '/api/sales/:saleId/challenge'

export const challengeRoutes = (deps: ChallengeRouteDeps) => (app: App) => {
  const { challenge, passes, ports, solved } = deps
  const { clock } = ports
  const config = { entrance: true } as const
  const terms = { config, onRequest: forWhom(deps), preHandler: notTooOften(deps) }

  app.get<ChallengeRoute>(PATH, { schema: GIVE, ...terms }, async (request, reply) => {
    const nowMs = clock.nowMs()
    const untilMs = nowMs + CHALLENGE_MS
    const hard = difficulty(solved.lately(nowMs))
    const made = await challenge.make({ ...request.challenged!, untilMs, difficulty: hard })
    return answer(reply, json(200, { challenge: made, expiresAt: instant(untilMs) }))
  })

  app.post<ChallengeRoute & { Body: SolutionBody }>(
    PATH,
    { schema: TAKE, ...terms },
    async (request, reply) => {
      const whose = request.challenged!
      const { solution } = request.body
      const proved = await proveBuyer({ ...ports, challenge }, { ...whose, solution })
      if (proved !== 'solved') return answer(reply, failed(proved))
      const nowMs = clock.nowMs()
      solved.note(nowMs)
      const { pass, untilMs } = passes.issue({ ...whose, nowMs })
      return answer(reply, json(200, { challengePass: pass, expiresAt: instant(untilMs) }))
    },
  )
}

declare module 'fastify' {
  interface FastifyRequest {
    challenged: ChallengeFor | undefined
  }
}

// Before a body is read: whose challenge it is, or why there is none.
const forWhom =
  (deps: ChallengeRouteDeps) => async (request: FastifyRequest, reply: FastifyReply) => {
    const { saleId } = request.params as ChallengeRoute['Params']
    const found = await deps.findBuyer(request.headers.authorization, request.raw)
    const isElsewhere = found?.sale !== undefined && found.sale.saleId !== saleId
    if (found === undefined || isElsewhere) return answer(reply, problem('unauthorized'))
    if (deps.sales.get(saleId) === undefined) return answer(reply, problem('no-such-sale'))
    const { buyerId } = found
    if (deps.isBlocked(request.raw, buyerId)) return answer(reply, problem('blocked'))
    request.challenged = { saleId, buyerId }
  }

// What was refused for its form is not counted.
const notTooOften =
  ({ context, ports, window }: ChallengeRouteDeps) =>
  async ({ challenged }: FastifyRequest, reply: FastifyReply) => {
    const { saleId: group, buyerId } = challenged!
    const quota = CHALLENGES_PER_SECOND
    const nowMs = ports.clock.nowMs()
    const retryMs = window.take({ group, key: idKey(buyerId), quota, nowMs })
    if (retryMs === 0) return undefined
    return answer(reply, attemptAnswer(tooOften({ quota, retryMs }), context))
  }

const failed = (reason: Exclude<Proved, 'solved'>): Answer =>
  problem('challenge-failed', { reason })

const GIVE = route({
  summary: 'A challenge for me in this sale',
  tag: 'buyers',
  credentials: ['purchase-token', 'session'],
  answers: { 200: ChallengeView },
  refusals: ['blocked', 'no-such-sale', 'rate-limited'],
})

const TAKE = route({
  summary: 'Bring the solution of a challenge, and get a pass',
  tag: 'buyers',
  credentials: ['purchase-token', 'session'],
  body: SolutionBody,
  answers: { 200: PassView },
  refusals: ['blocked', 'no-such-sale', 'challenge-failed', 'rate-limited'],
})
