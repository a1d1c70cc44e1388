// What a buyer reads of an answer: the outcome, and when to come again.

import { answerOutcome } from '../../../src/load/saturation/answer.ts'

export interface HeardAnswer {
  outcome: string
  isFinal: boolean // the buyer need not ask again
  retryAfterMs: number | undefined
}

// After these a buyer comes again.
const NOT_FINAL = new Set(['busy', 'rebuilding', 'paused', 'rate-limited', 'not-started'])

const RETRY_AFTER = /\r\nretry-after: (\d+)/

export const heardAnswer = (bytes: Buffer): HeardAnswer => {
  const outcome = answerOutcome(bytes)
  if (!NOT_FINAL.has(outcome)) return { outcome, isFinal: true, retryAfterMs: undefined }
  const seconds = RETRY_AFTER.exec(bytes.toString('latin1'))?.[1]
  return { outcome, isFinal: false, retryAfterMs: seconds ? Number(seconds) * 1000 : undefined }
}
