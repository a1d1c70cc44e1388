// The calls that are on their way: sent and not yet executed, or executed and not yet answered. The one
// that is due first is next.

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
  add(operation: Partial<Operation> & { dueMs: number }): void
  remove(operation: Operation): void
  first(): Operation
  of(process: Process): Operation[]
}

export const NO_ANSWER: CallOutcome = { answer: undefined }
const NOBODY = () => undefined
const BLANK = { process: undefined, call: undefined, outcome: NO_ANSWER }

export const newAgenda = (): Agenda => {
  const operations: Operation[] = []
  return {
    add: (operation) =>
      operations.push({ ...BLANK, resolve: NOBODY, reject: NOBODY, ...operation }),
    remove(operation) {
      const last = operations.pop()!
      if (last !== operation) operations[operations.indexOf(operation)] = last
    },
    first: () => earliest(operations),
    of: (process) => operations.filter((one) => one.process === process),
  }
}

const earliest = (operations: Operation[]): Operation => {
  let first = operations[0]!
  let firstMs = dueMsOf(first)
  for (let at = 1; at < operations.length; at++) {
    const dueMs = dueMsOf(operations[at]!)
    if (dueMs >= firstMs) continue
    first = operations[at]!
    firstMs = dueMs
  }
  return first
}

// A call that waits for something is due when that is there, but not before it has arrived.
export const dueMsOf = ({ call, dueMs }: Operation): number =>
  call?.waits && !call.waits.ready() ? Math.max(dueMs, call.waits.untilMs) : dueMs
