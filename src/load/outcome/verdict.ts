// Every way in which what buyers were told and what the books say can disagree; and what is no broken
// promise, but has to be known by whoever reads the figures.

import { isAtRest } from '../books.ts'
import { NOT_TAKEN } from '../buyers/endings.ts'
import type { GeneratorUse } from './generator-use.ts'
import type { Resold } from './resold.ts'
import type { Measured } from './result.ts'

export const brokenWords = (
  { counted, sale, after, auditor, story }: Measured,
  { recorded, resold }: { recorded: number; resold: Resold },
): string[] => {
  const { tally } = counted
  const accepted = tally.ordersAtMs.length
  const paid = tally.paidAtMs.length
  const paidInBooks = after.paid - sale.before.paid
  const { oversold, duplicateBuyers, drift } = after
  const broken = [...tally.broken]
  if (tally.brokenCount > broken.length) broken.push(`${tally.brokenCount} words broken in all`)
  if (recorded < accepted) broken.push(`${accepted} orders accepted, only ${recorded} recorded`)
  if (recorded > accepted + tally.undecided)
    broken.push(
      `${recorded} orders recorded, ${accepted} accepted and ${tally.undecided} undecided: ` +
        'somebody was not told, or others are buying too',
    )
  if (paidInBooks < paid) broken.push(`${paid} orders seen paid, only ${paidInBooks} in the books`)
  if (oversold > 0) broken.push(`${oversold} units oversold`)
  if (duplicateBuyers > 0) broken.push(`${duplicateBuyers} buyers with two live orders`)
  if (drift !== null && drift > 0) broken.push(`${drift} orders on which the books disagree`)
  if (!isAtRest(after)) broken.push('the sale did not come to rest')
  const stranded = tally.undecided === 0 && isStranded(resold, { counted, story })
  if (stranded) broken.push(`${resold.unsold} units came back and were not for sale again`)
  if (auditor?.holds === false) broken.push(...auditor.broken.map((word) => `auditor: ${word}`))
  return broken
}

const FOR_SALE_WITHIN_MS = 1000 // what came back
const CALLED_WITHIN_MS = 2000 // somebody who waits for it

// Somebody was refused although a unit had come back long ago, or waited for it in vain.
const isStranded = (
  { unsoldSinceMs }: Resold,
  { counted, story }: Pick<Measured, 'counted' | 'story'>,
): boolean => {
  if (unsoldSinceMs === undefined) return false
  const { tally, leftInLine } = counted
  const isLeftOver = leftInLine > 0 && story.overAtMs > unsoldSinceMs + CALLED_WITHIN_MS
  return isLeftOver || tally.soldOutAskedAtMs > unsoldSinceMs + FOR_SALE_WITHIN_MS
}

const ANSWERS_WITHIN_MS = 3000

export const notesOf = (
  { counted, story, options }: Measured,
  { generator }: { generator: GeneratorUse },
): string[] => {
  const { tally } = counted
  const slowestMs = Math.max(tally.latency.opening.maxMs, tally.latency.later.maxMs)
  const noAnswers = [...tally.faults.values()].reduce((sum, times) => sum + times, 0)
  const notes: string[] = []
  if (generator.busy)
    notes.push('the generator had no time to spare: these figures are also its own')
  if (tally.dropped > 0)
    notes.push(`${tally.dropped} attempts were planned and not sent: no connection was free`)
  if (noAnswers > 0) notes.push(`${noAnswers} questions were not answered`)
  if (slowestMs > ANSWERS_WITHIN_MS)
    notes.push(
      `the slowest answer took ${(slowestMs / 1000).toFixed(1)} s, from its planned instant`,
    )
  if ([...NOT_TAKEN].some((word) => tally.payments.has(word)))
    notes.push('this server takes no payments')
  if (!story.inTime)
    notes.push(`given up ${options.withinMs / 1000} s after the last arrival (--within)`)
  return notes
}
