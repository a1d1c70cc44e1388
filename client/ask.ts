// One request to the API and its answer as a value. Whoever gets no answer learns nothing from that, and
// may always ask again.

import { type Answer, isPassing, type Refusal, waitMs } from './answer.ts'

// Whom to ask. A page asks where it came from, unless it says otherwise.
export interface Server {
  baseUrl: string // what every path is put behind, without a slash at its end
  fetch: Fetch
}

export type Fetch = (address: string, request: RequestInit) => Promise<Response>

export const HERE: Server = { baseUrl: '', fetch: (address, request) => fetch(address, request) }

export interface Question {
  server?: Server | undefined
  method?: 'GET' | 'POST' | 'DELETE'
  token?: string | undefined
  pass?: string | undefined // of a challenge that was solved
  body?: unknown
  signal: AbortSignal
}

const ANSWERS_WITHIN_MS = 10_000

// Throws only when the signal is aborted: nobody waits for the answer any more.
export const ask = async <Body>(path: string, question: Question): Promise<Answer<Body>> => {
  const answer = await askOnce<Body>(path, question)
  question.signal.throwIfAborted()
  reached(isReached(answer, question))
  return answer
}

// Asks until there is an answer that asking again would not change.
export const insist = async <Body>(path: string, question: Question): Promise<Answer<Body>> => {
  for (let tries = 0; ; tries += 1) {
    const answer = await ask<Body>(path, question)
    if (answer.ok || !isPassing(answer)) return answer
    await pauseAfter(answer)(waitMs(answer, tries, Math.random()), question.signal)
  }
}

// What the server has said holds; what was only guessed ends when the browser is online again.
export const pauseAfter = ({ retryMs }: Refusal) => (retryMs === undefined ? pause : wait)

// Ends early when the signal is aborted, by throwing, or when the browser is online again.
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const end = () => {
      clearTimeout(timer)
      world.removeEventListener?.('online', end)
      signal.removeEventListener('abort', end)
      if (signal.aborted) reject(signal.reason as Error)
      else resolve()
    }
    const timer = setTimeout(end, ms)
    world.addEventListener?.('online', end)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
  })

// The whole time, whoever is online again.
export const wait = async (ms: number, signal: AbortSignal): Promise<void> => {
  const endMs = performance.now() + ms
  for (let left = ms; left > 0; left = endMs - performance.now()) await pause(left, signal)
}

// A browser says when it is online again; other places where this runs do not.
const world = globalThis as {
  addEventListener?: (event: 'online', then: () => void) => void
  removeEventListener?: (event: 'online', then: () => void) => void
}

// Whether the shop itself answered. An edge that has lost it shows what it has kept, says that this is
// old, and is too busy for everything else.
const isReached = (answer: Answer<unknown>, { method = 'GET' }: Question): boolean => {
  if (answer.ok) return answer.isOld !== true
  return answer.code !== 'no-answer' && !(method === 'GET' && answer.code === 'busy')
}

// Told after every request whether the shop answered.
export const onReach = (listener: (isReached: boolean) => void) => {
  reached = listener
}

let reached: (isReached: boolean) => void = () => undefined

const askOnce = async <Body>(path: string, question: Question): Promise<Answer<Body>> => {
  const { signal, done } = deadline(question.signal)
  const { baseUrl, fetch: send } = question.server ?? HERE // a browser's is no method of anything
  try {
    const response = await send(baseUrl + path, { ...requestOf(question), signal })
    const text = await response.text()
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    if (!response.ok) return refusalOf(response, body)
    return { ok: true, body: body as Body, ...(isOld(response) && { isOld: true }) }
  } catch {
    return { ok: false, code: 'no-answer', status: 0, retryMs: undefined }
  } finally {
    done()
  }
}

// https://www.rfc-editor.org/rfc/rfc9211; written by deploy/nginx.
const isOld = ({ headers }: Response) => headers.get('cache-status')?.includes('detail=stale')

const requestOf = ({ method = 'GET', token, pass, body }: Question): RequestInit => ({
  method,
  credentials: 'omit',
  headers: {
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(pass !== undefined && { 'challenge-pass': pass }),
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
