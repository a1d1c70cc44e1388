// What became of planned attempts, in numbers: by outcome, by how long they took, and by when it was.

import { count, type Counts as ByName } from '../../../src/load/counts/count.ts'
import { type Histogram, newHistogram, record } from '../../../src/load/counts/histogram.ts'
import {
  newTimeline,
  recordAnswer,
  sliceAt,
  type Timeline,
} from '../../../src/load/counts/timeline.ts'
import type { HeardAnswer } from './heard-answer.ts'

export interface Tally {
  timeline: Timeline // of all attempts
  outcomes: ByName // of all answers
  firstAnswers: Histogram // from a buyer's first planned attempt to its answer
  finalAnswers: Histogram // from there to the answer after which the buyer need not ask again
  onConnection: Histogram // from the sending of an attempt to its answer: the server's own part
  sent: number
  dropped: number // no connection was free in time
  droppedAt: Map<number, number> // by slices of the timeline
  late: number // sent more than LATE_MS after they were planned
  lateByItself: number // of those: a connection was free
  latestMs: number
  unanswered: number // when all was given up
  closedAsked: number // connections that ended without the answer
  closedIdle: number // connections that ended between two answers
  idleMs: number // the generator's, with nothing to send and nothing to read
  firstAcceptedAtMs: number | null // by the machine's clock, as the server has it
  endedAtMs: number // the last answer
}

export interface Counts {
  tally: Tally
  begin(atMs: number): void // nothing has been counted before
  sent(asker: Planned, of: { atMs: number; hasWaited: boolean }): void
  answered(asker: Planned, answer: HeardAnswer & { atMs: number; sentAtMs: number }): void
  dropped(atMs: number): void
  closed(wasAsked: boolean): void
  turned(atMs: number): void // a turn of the event loop has ended
}

interface Planned {
  firstMs: number
  plannedMs: number
}

const LATE_MS = 10

export const newCounts = (): Counts => {
  const tally = newTally()
  let done = 0
  let seen = 0
  let turnedAtMs = 0

  return {
    tally,
    begin(atMs) {
      tally.timeline.openedAtMs = atMs
      turnedAtMs = atMs
    },
    sent({ plannedMs }, { atMs, hasWaited }) {
      done += 1
      tally.sent += 1
      tally.latestMs = Math.max(tally.latestMs, atMs - plannedMs)
      if (atMs <= plannedMs + LATE_MS) return
      tally.late += 1
      if (!hasWaited) tally.lateByItself += 1
    },
    answered({ firstMs, plannedMs }, { outcome, isFinal, atMs, sentAtMs }) {
      done += 1
      count(tally.outcomes, outcome)
      recordAnswer(tally.timeline, { outcome, plannedMs, atMs })
      record(tally.onConnection, atMs - sentAtMs)
      if (plannedMs === firstMs) record(tally.firstAnswers, atMs - firstMs)
      if (isFinal) record(tally.finalAnswers, atMs - firstMs)
      if (outcome === 'accepted') tally.firstAcceptedAtMs ??= Date.now()
      tally.endedAtMs = atMs
    },
    dropped(atMs) {
      tally.dropped += 1
      const slice = sliceAt(tally.timeline, atMs)
      tally.droppedAt.set(slice, (tally.droppedAt.get(slice) ?? 0) + 1)
    },
    closed: (wasAsked) => void (tally[wasAsked ? 'closedAsked' : 'closedIdle'] += 1),
    turned(atMs) {
      if (done === seen) tally.idleMs += atMs - turnedAtMs
      seen = done
      turnedAtMs = atMs
    },
  }
}

const newTally = (): Tally => ({
  timeline: newTimeline(0),
  outcomes: new Map(),
  firstAnswers: newHistogram(),
  finalAnswers: newHistogram(),
  onConnection: newHistogram(),
  sent: 0,
  dropped: 0,
  droppedAt: new Map(),
  late: 0,
  lateByItself: 0,
  latestMs: 0,
  unanswered: 0,
  closedAsked: 0,
  closedIdle: 0,
  idleMs: 0,
  firstAcceptedAtMs: null,
  endedAtMs: 0,
})
