// When a sale was closed to its buyers: from the sending of the first attempt on which nothing was decided
// to the first decision on one that was sent after it. Each segment counts for itself, as buyers of
// different ones may see different things. What is told of an order one has already decides nothing: a
// gateway may say so while nobody can buy.

import { homeSegment } from '../../src/domain/stock.ts'
import type { Told } from './crowd.ts'

export interface Closure {
  saleId: string
  fromMs: number
  toMs: number
}

const UNDECIDED = new Set(['busy', 'rebuilding', 'no-answer'])
export const DECIDED = new Set(['accepted', 'sold-out', 'paused', 'ended'])

// `segments` by sale. What was still closed when its sale was asked for the last time lasted until then.
export const closures = (told: readonly Told[], segments: Map<string, number>): Closure[] => {
  const open = new Map<string, Closure>() // those that have no end yet
  const ended: Closure[] = []
  const attempts = told.filter(({ kind }) => kind === 'attempt').toSorted((a, b) => a.at - b.at)
  for (const { saleId, buyerId, outcome, sentAt, at } of attempts) {
    const place = `${saleId}.${homeSegment(buyerId, segments.get(saleId) ?? 1)}`
    const closure = open.get(place)
    if (closure === undefined) {
      if (UNDECIDED.has(outcome)) open.set(place, { saleId, fromMs: sentAt, toMs: Infinity })
    } else if (DECIDED.has(outcome) && sentAt >= closure.fromMs) {
      ended.push({ ...closure, toMs: at })
      open.delete(place)
    }
  }
  const lastMs = new Map(attempts.map(({ saleId, at }) => [saleId, at]))
  const left = [...open.values()].map((one) => ({ ...one, toMs: lastMs.get(one.saleId)! }))
  return [...ended, ...left]
}
