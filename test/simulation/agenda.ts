// The calls that are on their way: sent and not yet executed, or executed and not yet answered. The one
// that is due first is next; of those due at once, the one that was put in first.

import type { EngineError, FailureCode } from '../../src/domain/errors.ts'

// Whatever stops as a whole: a gateway, a worker, a keeper. A dead one is never resumed.
export interface Process {
  id: number
  role: string
  name: string
  alive: boolean
  pausedUntilMs: number
  onCrash: (() => void)[]
}

export interface Call<Answer> {
  name: string
  input: unknown
  effect: () => Answer
  failure: FailureCode
  twice: boolean // the network may execute it a second time, much later
  waits?: { untilMs: number; ready: () => boolean } // it takes effect when ready, or then
}

export type CallOutcome = { answer: unknown } | { error: EngineError }

export interface Operation {
  process: Process | undefined // undefined: nobody waits for the answer
  call: Call<unknown> | undefined // undefined: it has taken effect
  dueMs: number
  outcome: CallOutcome
  resolve: (answer: unknown) => void
  reject: (error: EngineError) => void
}

export interface Agenda {
  add(operation: Operation): void
  takeFirst(): Operation
  // Those of a process that is gone: kept only where `keeps` says so.
  sift(process: Process, keeps: (operation: Operation) => boolean): void
}

export const NO_ANSWER: CallOutcome = { answer: undefined }
const NOBODY = () => undefined

// What nobody waits for.
export const unawaited = (call: Call<unknown>, dueMs: number): Operation => {
  const settle = { resolve: NOBODY, reject: NOBODY }
  return { process: undefined, call, dueMs, outcome: NO_ANSWER, ...settle }
}

interface Entry {
  operation: Operation
  dueMs: number
  place: number // in the order in which they came
}

// A binary heap; those that wait for something stand beside it, because they may be due at any time.
export const newAgenda = (): Agenda => {
  const heap: Entry[] = []
  let waiting: Entry[] = []
  let places = 0
  return {
    add(operation) {
      const entry = { operation, dueMs: operation.dueMs, place: ++places }
      if (operation.call?.waits) waiting.push(entry)
      else push(heap, entry)
    },
    takeFirst() {
      let first = heap[0]
      for (const entry of waiting) {
        entry.dueMs = dueMsOf(entry.operation)
        if (first === undefined || isBefore(entry, first)) first = entry
      }
      if (first === heap[0]) pop(heap)
      else waiting.splice(waiting.indexOf(first!), 1)
      return first!.operation
    },
    sift(process, keeps) {
      const stays = ({ operation }: Entry) => operation.process !== process || keeps(operation)
      waiting = waiting.filter(stays)
      const kept = heap.filter(stays)
      heap.length = 0
      for (const entry of kept) push(heap, entry)
    },
  }
}

const isBefore = (a: Entry, b: Entry) =>
  a.dueMs < b.dueMs || (a.dueMs === b.dueMs && a.place < b.place)

const push = (heap: Entry[], entry: Entry) => {
  let at = heap.push(entry) - 1
  while (at > 0) {
    const above = (at - 1) >> 1
    if (!isBefore(entry, heap[above]!)) break
    heap[at] = heap[above]!
    at = above
  }
  heap[at] = entry
}

const pop = (heap: Entry[]) => {
  const last = heap.pop()!
  if (heap.length === 0) return
  let at = 0
  for (;;) {
    let below = 2 * at + 1
    if (below >= heap.length) break
    if (below + 1 < heap.length && isBefore(heap[below + 1]!, heap[below]!)) below += 1
    if (!isBefore(heap[below]!, last)) break
    heap[at] = heap[below]!
    at = below
  }
  heap[at] = last
}

// A call that waits for something is due when that is there, but not before it has arrived.
const dueMsOf = ({ call, dueMs }: Operation): number =>
  call?.waits && !call.waits.ready() ? Math.max(dueMs, call.waits.untilMs) : dueMs
