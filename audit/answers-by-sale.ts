// The log of answers, sorted by sale into what the checks look at. Answers that promise nothing and
// deny nothing (`busy`, `rate-limited`, no answer) are only counted. It must never judge.

import { type Answer, isPromise } from './answers.ts'

export interface SaleAnswers {
  promised: NamingAnswer[] // attempts answered with an order
  denied: Answer[] // attempts answered as if the buyer had no order
  looks: NamingAnswer[] // orders read
  cancelled: NamingAnswer[] // cancels answered `cancelled`
  counts: Map<string, number> // outcomes of attempts
}

export type NamingAnswer = Answer & { orderId: string }

export const noAnswers = (): SaleAnswers => ({
  promised: [],
  denied: [],
  looks: [],
  cancelled: [],
  counts: new Map(),
})

// Every refusal that comes after `already-reserved` in the order of precedence: a buyer who holds
// an order can never truthfully get one of these.
const DENIALS = new Set(['not-started', 'ended', 'paused', 'sold-out'])

export const answersBySale = (answers: Iterable<Answer>): Map<string, SaleAnswers> => {
  const sales = new Map<string, SaleAnswers>()
  for (const answer of answers) {
    let sale = sales.get(answer.saleId)
    if (sale === undefined) sales.set(answer.saleId, (sale = noAnswers()))
    sort(answer, sale)
  }
  return sales
}

const sort = (answer: Answer, sale: SaleAnswers) => {
  const { kind, outcome } = answer
  if (kind === 'attempt') {
    sale.counts.set(outcome, (sale.counts.get(outcome) ?? 0) + 1)
    if (isPromise(outcome)) sale.promised.push(answer as NamingAnswer)
    else if (DENIALS.has(outcome)) sale.denied.push(answer)
  }
  if (kind === 'order' && outcome === 'ok') sale.looks.push(answer as NamingAnswer)
  if (kind === 'cancel' && outcome === 'cancelled') sale.cancelled.push(answer as NamingAnswer)
}
