// Sends what changes something. A second click while the first is under way does nothing, and whoever got
// no answer sends the same again with the same key, so that it counts once: also when he had to sign in again
// in between, or the page was loaded anew.

import { useRef, useState } from 'preact/hooks'
import { type Answer, call, type Question } from './api.ts'
import { KEPT } from './session.ts'

export interface Writer {
  isBusy: boolean
  once(work: () => Promise<unknown>): void
  write<Body>(path: string, question: Question): Promise<Answer<Body>>
}

export const useWriter = (): Writer => {
  const [isBusy, setBusy] = useState(false)
  const running = useRef(false)
  const keys = useRef(new Map<string, string>()) // of what was asked and is not settled
  return {
    isBusy,
    once(work) {
      if (running.current) return
      running.current = true
      setBusy(true)
      const done = () => {
        running.current = false
        setBusy(false)
      }
      void work().finally(done)
    },
    async write<Body>(path: string, question: Question) {
      const asked = JSON.stringify([path, question.method, question.body, question.ifMatch])
      const idempotencyKey = keys.current.get(asked) ?? recalled()[asked] ?? newKey()
      keys.current.set(asked, idempotencyKey)
      keep({ ...recalled(), [asked]: idempotencyKey })
      const answer = await call<Body>(path, { ...question, idempotencyKey })
      if (isSettled(answer)) {
        keys.current.delete(asked)
        keep({ ...recalled(), [asked]: undefined })
      }
      return answer
    },
  }
}

// A key that was refused says nothing of what the request before it has done.
const isSettled = (answer: Answer<unknown>) =>
  answer.ok ||
  (answer.status > 0 &&
    answer.status < 500 &&
    answer.status !== 401 &&
    answer.code !== 'idempotency-unknown')

type Keys = Record<string, string | undefined> // by what was asked

const UNSETTLED = `${KEPT}.unsettled`

const recalled = (): Keys => {
  try {
    return JSON.parse(sessionStorage.getItem(UNSETTLED) ?? '{}') as Keys
  } catch {
    return {}
  }
}

const keep = (keys: Keys) => {
  try {
    const text = JSON.stringify(keys)
    if (text === '{}') sessionStorage.removeItem(UNSETTLED)
    else sessionStorage.setItem(UNSETTLED, text)
  } catch {
    // A browser that keeps nothing: the key lasts until the view is left.
  }
}

// Not `crypto.randomUUID`: browsers have that only where the page came over https.
const newKey = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, '0'),
  ).join('')
