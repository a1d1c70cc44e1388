// One request to the API and its answer as a value. Whoever gets no answer learns nothing from that, and
// may always ask again.

import { type Answer, isPassing, type Refusal, waitMs } from './answer.ts'

export interface Question {
  method?: 'GET' | 'POST' | 'DELETE'
  token?: string | undefined
  body?: unknown
  signal: AbortSignal
}

const ANSWERS_WITHIN_MS = 10_000

// Throws only when the signal is aborted: nobody waits for the answer any more.
export const ask = async <Body>(path: string, question: Question): Promise<Answer<Body>> => {
  const answer = await askOnce<Body>(path, question)
  question.signal.throwIfAborted()
  reached(answer.ok || answer.code !== 'no-answer')
  return answer
}

// Asks until there is an answer that asking again would not change.
export const insist = async <Body>(path: string, question: Question): Promise<Answer<Body>> => {
  for (let tries = 0; ; tries += 1) {
    const answer = await ask<Body>(path, question)
    if (answer.ok || !isPassing(answer)) return answer
    await pause(waitMs(answer, tries, Math.random()), question.signal)
  }
}

// Ends early when the signal is aborted, by throwing, or when the browser is online again.
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      removeEventListener('online', end)
      signal.removeEventListener('abort', end)
      if (signal.aborted) reject(signal.reason as Error)
      else resolve()
    }
    const timer = setTimeout(end, ms)
    addEventListener('online', end)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
  })

// Told after every request whether the server answered.
export const onReach = (listener: (isReached: boolean) => void) => {
  reached = listener
}

let reached: (isReached: boolean) => void = () => undefined

const askOnce = async <Body>(path: string, question: Question): Promise<Answer<Body>> => {
  const { signal, done } = deadline(question.signal)
  try {
    const response = await fetch(path, { ...requestOf(question), signal })
    const text = await response.text()
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    return response.ok ? { ok: true, body: body as Body } : refusalOf(response, body)
  } catch {
    return { ok: false, code: 'no-answer', status: 0, retryMs: undefined }
  } finally {
    done()
  }
}

const requestOf = ({ method = 'GET', token, body }: Question): RequestInit => ({
  method,
  credentials: 'omit',
  headers: {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  },
  ...(body !== undefined && { body: JSON.stringify(body) }),
})

const refusalOf = (response: Response, body: unknown): Refusal => {
  const { code = 'no-answer' } = (body ?? {}) as { code?: string }
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return {
    ok: false,
    code,
    status: response.status,
    retryMs: Number.isFinite(seconds) ? seconds * 1000 : undefined,
  }
}

// Aborts with the signal that was given, or when the answer takes too long.
const deadline = (given: AbortSignal) => {
  const controller = new AbortController()
  const abort = () => controller.abort()
  const timer = setTimeout(abort, ANSWERS_WITHIN_MS)
  given.addEventListener('abort', abort)
  if (given.aborted) abort()
  const done = () => {
    clearTimeout(timer)
    given.removeEventListener('abort', abort)
  }
  return { signal: controller.signal, done }
}
