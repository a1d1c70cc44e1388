// Buys by the API: the purchase (purchase.ts), with every attempt sent as it should be. Whatever happens on
// the way, it is the same order in the end.

import type { Answer } from './answer.ts'
import { ask, pauseAfter, type Server } from './ask.ts'
import { passOf } from './challenge.ts'
import { type AttemptOutcome, type Bought, outcomeNamed, purchase } from './purchase.ts'
import { type Prove, solve } from './solve.ts'

// The right to attempt one sale, or what fetches it. It is asked again, once, when the one it gave is stale;
// undefined: there is none for this buyer.
export type PurchaseToken = string | ((isStale: boolean) => Promise<string | undefined>)

export interface Buy {
  saleId: string
  purchaseToken: PurchaseToken
  units?: number // 1 unless said
  signal: AbortSignal
  prove?: Prove // how a challenge is solved; here and in slices unless said
  waiting?: (outcome: AttemptOutcome, ms: number) => void // is told before every pause
}

type AttemptAnswer = Answer<{ outcome: string; orderId: string }>

// Goes on until there is an answer. Rejects only when the signal is aborted, and when `purchaseToken` does.
export const buy = (server: Server, wanted: Buy): Promise<Bought> => {
  const { saleId, purchaseToken, signal, units = 1, prove = solve } = wanted
  let pass: string | undefined
  let answer: AttemptAnswer | undefined
  return purchase({
    async attempt(token) {
      const body = units === 1 ? undefined : { units }
      const path = `/api/sales/${saleId}/attempts`
      answer = await ask(path, { server, method: 'POST', token, pass, body, signal })
      return answer
    },
    async token(isStale) {
      const isGiven = typeof purchaseToken === 'string'
      if (isGiven && isStale) return { outcome: 'unauthorized' }
      const token = isGiven ? purchaseToken : await purchaseToken(isStale)
      signal.throwIfAborted()
      return token === undefined ? { outcome: 'unauthorized' } : { token }
    },
    async prove(token) {
      const proved = await passOf({ server, saleId, token, prove, signal })
      if ('code' in proved) return outcomeNamed(proved.code)
      pass = proved.pass
      return 'passed'
    },
    pause: (ms) => (answer?.ok === false ? pauseAfter(answer)(ms, signal) : Promise.resolve()),
    chance: Math.random,
    waiting: (outcome, ms) => wanted.waiting?.(outcome, ms),
  })
}
