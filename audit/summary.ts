// The books of a sale spelled out, in units unless said: what the auditor added up itself, and what
// the database says of itself. It must never judge.

import type { SaleAnswers } from './answers-by-sale.ts'
import type { Books } from './books.ts'
import { isLive, isRecorded } from './lives.ts'
import type { Replay } from './promises/never-oversells.ts'
import type { EngineBook } from './engine-book.ts'

export interface Summary {
  home: { total: number; available: number; restocked: number; epoch: number; version: number }
  ledger: { live: number; released: number; rejected: number }
  orders: Record<string, number> // by status
  payments: Record<string, number> // by status, in payments
  engine: Engine | undefined // what it says itself
  waiting: { inTransit: number; tasks: number; outbox: number } // orders
  peak: { units: number; at: number | undefined } // most units live at once
  answers: Record<string, number> // attempts by outcome
}

type Engine = Pick<EngineBook, 'available' | 'returning' | 'held' | 'inTransfer' | 'epoch'> & {
  state: string
}

export const summaryOf = (
  books: Books,
  { history, answers }: { history: Replay; answers: SaleAnswers },
): Summary => {
  const { sale, inTransit, tasks, outbox } = books
  const { total, available, restocked, epoch, version } = sale
  return {
    home: { total, available, restocked, epoch, version },
    ledger: ledgerUnits(books),
    orders: orderUnits(books),
    payments: paymentCounts(books),
    engine: engineOf(books),
    waiting: { inTransit: inTransit.size, tasks: tasks.size, outbox: outbox.size },
    peak: { units: history.peakUnits, at: history.peakAt },
    answers: Object.fromEntries([...answers.counts].sort(([, one], [, other]) => other - one)),
  }
}

const ledgerUnits = ({ ledger }: Books): Summary['ledger'] => {
  const units = { live: 0, released: 0, rejected: 0 }
  for (const entry of ledger.values()) {
    const is = isLive(entry) ? 'live' : isRecorded(entry) ? 'released' : 'rejected'
    units[is] += entry.decided?.units ?? 0
  }
  return units
}

const STATUSES = ['pending', 'paid', 'cancelled', 'expired', 'refunded', 'rejected']

const orderUnits = ({ orders }: Books): Record<string, number> => {
  const units: Record<string, number> = Object.fromEntries(STATUSES.map((status) => [status, 0]))
  for (const order of orders.values())
    units[order.status] = (units[order.status] ?? 0) + order.units
  return units
}

const paymentCounts = ({ payments }: Books): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { status } of payments.values().flatMap((all) => all))
    counts[status] = (counts[status] ?? 0) + 1
  return counts
}

const engineOf = ({ engine }: Books): Summary['engine'] => {
  if (!engine) return undefined
  const { engine: state, available, returning, held, inTransfer, epoch } = engine
  return { available, returning, held, inTransfer, epoch, state }
}
