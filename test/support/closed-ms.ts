// For how long a sale was closed, as its buyers saw it: from the sending of the first attempt on which
// nothing was decided to the first decision on one that was sent after it. Buyers of different segments
// may see different things, so each segment counts for itself.

import type { Answer } from '../../audit/answers.ts'
import { homeSegment } from '../../src/domain/stock.ts'

const UNDECIDED = new Set(['busy', 'rebuilding', 'no-answer'])
const DECIDED = new Set(['accepted', 'sold-out'])

// The longest of all times; 0 when it was never closed.
export const closedMs = (answers: Answer[], segments: number): number => {
  const since = new Map<number, number>() // by segment, those that are closed
  let longestMs = 0
  const attempts = answers.filter(({ kind }) => kind === 'attempt')
  for (const { buyerId, outcome, sentAt, at } of attempts.toSorted((a, b) => a.at - b.at)) {
    const segment = homeSegment(buyerId, segments)
    const closedAt = since.get(segment)
    if (UNDECIDED.has(outcome) && closedAt === undefined) since.set(segment, sentAt)
    if (closedAt === undefined || !DECIDED.has(outcome) || sentAt < closedAt) continue
    longestMs = Math.max(longestMs, at - closedAt)
    since.delete(segment)
  }
  return longestMs
}

// The longest that anybody waited for an answer. A crowd is too long for a list of arguments.
export const answeredMsMax = (answers: Answer[]): number =>
  answers.reduce((most, { at, sentAt }) => Math.max(most, at - sentAt), 0)
