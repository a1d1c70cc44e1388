// A sale of the campaign, made and given to its buyers while anything may be broken: it is asked for again
// until it is there and open.

import { setTimeout as sleep } from 'node:timers/promises'
import { operator, type SaleOf } from '../support/operator.ts'

export interface OpenSale extends SaleOf {
  saleId: string
  segments: number
  tokens: Map<string, string> // buyer → purchase token
  buyers: string[]
}

const BUYERS = 600

// Of each strategy one. Only the last one's orders expire: where they do, no crowd could hold every unit
// at once, which the end of a round asks for.
export const KINDS: (SaleOf & { segments: number })[] = [
  { stock: 250, strategy: 'counter', segments: 1 },
  { stock: 250, strategy: 'segmented', segments: 3 },
  { stock: 120, strategy: 'tokens', segments: 1, payWithinMs: 3000 },
]

export const expires = ({ payWithinMs }: SaleOf): boolean => payWithinMs !== undefined

// The gateways are asked in turn.
export const openSale = async (
  at: { urls: string[]; adminKey: string },
  of: SaleOf & { segments: number },
): Promise<OpenSale> => {
  const saleId = await insist(at, (shop) => shop.makeSale(of))
  const tokens = await insist(at, (shop) => shop.tokens(saleId, BUYERS))
  return { ...of, saleId, tokens, buyers: [...tokens.keys()] }
}

const TRIES = 120
const APART_MS = 500

// What an operator does when a gateway does not answer: asks the next one again.
export const insist = async <Answer>(
  { urls, adminKey }: { urls: string[]; adminKey: string },
  ask: (shop: ReturnType<typeof operator>) => Promise<Answer>,
): Promise<Answer> => {
  for (let turn = 0; ; turn += 1)
    try {
      return await ask(operator({ url: urls[turn % urls.length]!, adminKey }))
    } catch (error) {
      if (turn === TRIES) throw error
      await sleep(APART_MS)
    }
}
