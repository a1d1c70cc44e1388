// Nobody waits for longer than his answer may take: what he has waited for is then unknown, and goes on
// without him. One loop for all who wait, while there are any: a timer for each would cost more than
// what most of them wait for.

import { EngineError, type FailureCode } from '../domain/errors.ts'
import type { Ports } from '../ports/ports.ts'

// Rejects with `failure` when there is no answer by then.
export type AnswersInTime = <Answer>(answer: Promise<Answer>, untilMs: number) => Promise<Answer>

export interface AnswersInTimeDeps extends Pick<Ports, 'clock'> {
  elapsedMs: () => number // what `untilMs` is by: never put back, never slowed
  failure: { code: FailureCode; message: string }
}

const LOOK_MS = 100

export const answersInTime = ({ clock, elapsedMs, failure }: AnswersInTimeDeps): AnswersInTime => {
  const waiting = new Set<{ untilMs: number; reject: (error: Error) => void }>()
  let isLooking = false

  const look = async () => {
    isLooking = true
    while (waiting.size > 0) {
      await clock.pause(LOOK_MS)
      const nowMs = elapsedMs()
      for (const one of waiting) {
        if (nowMs <= one.untilMs) continue
        waiting.delete(one)
        one.reject(new EngineError(failure.code, failure))
      }
    }
    isLooking = false
  }

  return <Answer>(answer: Promise<Answer>, untilMs: number): Promise<Answer> => {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>()
    const one = { untilMs, reject }
    waiting.add(one)
    void answer.then(resolve, reject).finally(() => waiting.delete(one))
    if (!isLooking) void look()
    return promise
  }
}
