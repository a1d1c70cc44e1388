// What a campaign is judged by, from what was written down alone: the buyers' answers, what was broken when,
// and the auditor's verdicts. It asks nobody and must never excuse what no fault on the list explains.

import type { Away } from './field.ts'
import { type Closure, closures } from './closures.ts'
import type { Told } from './crowd.ts'

export interface Broken {
  name: string
  beganAtMs: number
  healedAtMs: number
  openAtMs: number // every sale decides again, in each of its segments
  shuts: boolean // nothing could be sold while it was held
}

export interface Evidence {
  told: readonly Told[]
  segments: Map<string, number> // by sale
  away: readonly Away[]
  broken: readonly Broken[]
  lags: readonly { fromMs: number; toMs: number }[] // when the campaign's own process stood still
}

export interface Judgement {
  violations: string[]
  closedMs: { calm: number; byFault: Record<string, Closed> }
  slow: number // answers
  slowestMs: number
  slowest: Slow[] // some of them
  unanswered: number // without anybody being away who should have answered
}

// An answer that took too long, and what was broken then.
export interface Slow {
  kind: Told['kind']
  outcome: string
  by: string
  tookMs: number
  during: string[]
}

export interface Closed {
  times: number // that this fault was survived
  longestMs: number // while nothing else was broken
  longestOfTwoMs: number | null // while another was
  beyondMs: number // alone, without the time for which it was shut by design
}

export const CLOSED_MS_MAX = 15_000
export const ANSWERED_MS_MAX = 3000

export const judge = (evidence: Evidence): Judgement => {
  const { told, segments, broken } = evidence
  const all = closures(told, segments)
  const calm = Math.max(0, ...all.filter((one) => !broken.some(meets(one))).map(lengthOf))
  const byFault = closedByFault(all, broken)
  const answered = told.filter(({ outcome }) => outcome !== 'no-answer')
  const judged = answered.filter((one) => !isExcused(one, evidence))
  const slow = judged.filter((one) => lengthOfAnswer(one) > ANSWERED_MS_MAX)
  const silent = told.filter((one) => one.outcome === 'no-answer' && !isExcused(one, evidence))
  return {
    violations: [
      ...(calm > CLOSED_MS_MAX ? [`with nothing broken a sale was closed for ${calm} ms`] : []),
      ...Object.entries(byFault)
        .filter(([, { beyondMs }]) => beyondMs > CLOSED_MS_MAX)
        .map(([name, { beyondMs }]) => `${name}: a sale was closed for ${beyondMs} ms`),
      ...(slow.length > 0 ? [`${slow.length} answers took longer than ${ANSWERED_MS_MAX} ms`] : []),
      ...(silent.length > 0 ? [`${silent.length} requests had no answer`] : []),
    ],
    closedMs: { calm, byFault },
    slow: slow.length,
    slowestMs: judged.reduce((most, one) => Math.max(most, lengthOfAnswer(one)), 0),
    slowest: slow
      .toSorted((a, b) => lengthOfAnswer(b) - lengthOfAnswer(a))
      .slice(0, SLOWEST_SHOWN)
      .map((one) => slowOf(one, broken)),
    unanswered: silent.length,
  }
}

const SLOWEST_SHOWN = 20

const slowOf = (told: Told, broken: readonly Broken[]): Slow => ({
  kind: told.kind,
  outcome: told.outcome,
  by: told.by,
  tookMs: lengthOfAnswer(told),
  during: broken
    .filter(({ beganAtMs, openAtMs }) => beganAtMs <= told.at && openAtMs >= told.sentAt)
    .map(({ name }) => name),
})

const lengthOf = ({ fromMs, toMs }: Closure) => toMs - fromMs
const lengthOfAnswer = ({ sentAt, at }: Told) => at - sentAt

const meets =
  ({ fromMs, toMs }: Closure) =>
  ({ beganAtMs, openAtMs }: Broken): boolean =>
    fromMs <= openAtMs && toMs >= beganAtMs

// A closure belongs to what was broken meanwhile: to one fault alone, or to two.
const closedByFault = (all: Closure[], broken: readonly Broken[]): Record<string, Closed> => {
  const found: Record<string, Closed> = {}
  for (const one of broken) {
    const known = (found[one.name] ??= { ...NEVER })
    known.times += 1
    for (const closure of all.filter((each) => meets(each)(one))) {
      const ms = lengthOf(closure)
      if (broken.filter(meets(closure)).length > 1)
        known.longestOfTwoMs = Math.max(known.longestOfTwoMs ?? 0, ms)
      else {
        known.longestMs = Math.max(known.longestMs, ms)
        known.beyondMs = Math.max(known.beyondMs, ms - shutMs(closure, one))
      }
    }
  }
  return found
}

const NEVER: Closed = { times: 0, longestMs: 0, longestOfTwoMs: null, beyondMs: 0 }

// Of this closure, by design.
const shutMs = ({ fromMs, toMs }: Closure, { shuts, beganAtMs, healedAtMs }: Broken): number =>
  shuts ? Math.max(0, Math.min(toMs, healedAtMs) - Math.max(fromMs, beganAtMs)) : 0

// Who asked a gateway that was away on purpose, or was himself standing still, has seen no answer of ours.
const isExcused = ({ by, sentAt, at }: Told, { away, lags }: Evidence): boolean =>
  away.some(({ name, fromMs, toMs }) => name === by && fromMs <= at && toMs + BACK_MS >= sentAt) ||
  lags.some(({ fromMs, toMs }) => fromMs <= at && toMs >= sentAt)

// What waited in a paused gateway's sockets is answered a moment after it goes on.
const BACK_MS = 1000
