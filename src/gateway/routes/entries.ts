// A signed-in buyer enters a sale and gets the right to attempt it: a purchase token, as soon as the
// entry is admitted. Tokens are not kept: whoever asks again gets one that is as good.

import type { ChallengeCheck } from '../../attempt/challenge-check.ts'
import type { PurchaseTokens } from '../../attempt/purchase-token.ts'
import type { SaleCache } from '../../attempt/sale-cache.ts'
import type { Entry } from '../../domain/entry.ts'
import { type Sale, tokenWindow } from '../../domain/sale.ts'
import { enterSale } from '../../flows/buyers/enter-sale.ts'
import type { Ports } from '../../ports/ports.ts'
import { type AnswerContext, challengeRequired, json, notStarted, problem } from '../answers.ts'
import { passOf } from '../attempt-route.ts'
import type { IsBlocked } from '../blocked.ts'
import type { FindBuyer } from '../buyer-credentials.ts'
import { EntryView } from '../schemas/entries.ts'
import { EmptyBody } from '../schemas/orders.ts'
import { route } from '../schemas/route.ts'
import { answer, type App } from '../server.ts'
import { instant } from '../views.ts'
import { noSuchSale } from './operators.ts'
import { buyerOf, signedInOnly } from './signed-in.ts'

export interface EntryDeps {
  ports: Pick<Ports, 'clock' | 'entries'>
  sales: Pick<SaleCache, 'get'>
  tokens: Pick<PurchaseTokens, 'issue'>
  findBuyer: FindBuyer
  isBlocked: IsBlocked
  context: AnswerContext
  challenge: Pick<ChallengeCheck, 'entryNeeds'>
}

interface SaleParams {
  Params: { saleId: string }
}

export const entryRoutes = (deps: EntryDeps) => (app: App) => {
  const { ports, sales } = deps
  const onRequest = signedInOnly(deps.findBuyer)

  app.post<SaleParams>(
    '/api/sales/:saleId/entries',
    { schema: ENTER, config: { entrance: true }, onRequest },
    async (request, reply) => {
      const sale = sales.get(request.params.saleId)
      if (sale === undefined) return noSuchSale(reply)
      const { buyerId } = buyerOf(request)
      if (deps.isBlocked(request.raw, buyerId)) return answer(reply, problem('blocked'))
      const asker = { sale, buyerId, pass: passOf(request), nowMs: ports.clock.nowMs() }
      if (deps.challenge.entryNeeds(asker)) return answer(reply, challengeRequired(sale.saleId))
      const entered = await enterSale(ports, { sale, buyerId })
      switch (entered.result) {
        case 'entered':
          return answer(reply, json(201, entryView(deps, sale, entered.entry)))
        case 'not-started': {
          const at = { startsAtMs: sale.startsAtMs, againAtMs: entered.opensAtMs }
          return answer(reply, notStarted(at, deps.context))
        }
        case 'ended':
          return answer(reply, problem('ended'))
      }
    },
  )

  app.get<SaleParams>(
    '/api/sales/:saleId/entries/me',
    { schema: LOOK, onRequest },
    async (request, reply) => {
      const sale = sales.get(request.params.saleId)
      if (sale === undefined) return noSuchSale(reply)
      const { buyerId } = buyerOf(request)
      if (deps.isBlocked(request.raw, buyerId)) return answer(reply, problem('blocked'))
      const entry = await ports.entries.read({ saleId: sale.saleId, buyerId })
      if (entry === undefined) return answer(reply, problem('no-such-entry'))
      return answer(reply, json(200, entryView(deps, sale, entry)))
    },
  )
}

const entryView = ({ ports, tokens }: EntryDeps, sale: Sale, entry: Entry) => {
  const { entryId, phase, saleId, buyerId } = entry
  const { fromMs, untilMs } = tokenWindow(sale)
  const nowMs = ports.clock.nowMs()
  if (phase === 'waiting' || nowMs < fromMs || nowMs >= untilMs) return { entryId, phase }
  const purchaseToken = tokens.issue({ saleId, buyerId })
  return { entryId, phase, purchaseToken, expiresAt: instant(untilMs) }
}

const ENTER = route({
  summary: 'Enter a sale',
  tag: 'buyers',
  credentials: ['session'],
  body: EmptyBody,
  answers: { 201: EntryView },
  refusals: ['blocked', 'challenge-required', 'not-started', 'no-such-sale', 'ended'],
})

const LOOK = route({
  summary: 'My entry into a sale',
  tag: 'buyers',
  credentials: ['session'],
  answers: { 200: EntryView },
  refusals: ['blocked', 'no-such-sale', 'no-such-entry'],
})
