// One request of an operator and its answer as a value. A key that opens nothing any more ends the
// session. Nothing is sent twice by itself: writer.ts says how a write is sent again.

import { end, type Role, session } from './session.ts'

export type Answer<Body> = Given<Body> | Refusal

export interface Given<Body> {
  ok: true
  body: Body
  etag: string | undefined // the version of the sale that was answered
}

export interface Refusal {
  ok: false
  code: string // of the problem document; `no-answer` when there was none
  status: number // 0: nobody answered
  detail: string // in the words of the server, may be empty
  field: string | undefined // what the refusal is about
  path?: string | undefined // the same with where it stands: `blocks/7`, `blocks.7.buyer`
}

export interface Question {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  body?: unknown
  ifMatch?: string | undefined
  idempotencyKey?: string
  signal?: AbortSignal
}

const ANSWERS_WITHIN_MS = 30_000 // an audit of many orders takes a while

// Throws only when the signal that was given is aborted: nobody waits for the answer any more.
export const call = async <Body>(path: string, question: Question = {}): Promise<Answer<Body>> => {
  const key = session()?.key
  const answer = await callWith<Body>(key ?? '', path, question)
  question.signal?.throwIfAborted()
  if (!answer.ok && answer.status === 401 && key !== undefined && key === session()?.key)
    end('refused')
  return answer
}

// Whom a key makes one that is not signed in yet.
export const whoHas = (key: string) =>
  callWith<{ id: string; role: Role }>(key, '/api/admin/me', {})

export const bearer = (key: string) => ({ authorization: `Bearer ${key}` })

const callWith = async <Body>(
  key: string,
  path: string,
  question: Question,
): Promise<Answer<Body>> => {
  const timeout = new AbortController()
  const abort = () => timeout.abort()
  const timer = setTimeout(abort, ANSWERS_WITHIN_MS)
  question.signal?.addEventListener('abort', abort)
  try {
    const response = await fetch(path, { ...requestOf(key, question), signal: timeout.signal })
    const text = await response.text()
    const body: unknown = text === '' ? undefined : JSON.parse(text)
    if (!response.ok) return refusalOf(response.status, body)
    return { ok: true, body: body as Body, etag: response.headers.get('etag') ?? undefined }
  } catch {
    return { ok: false, code: 'no-answer', status: 0, detail: '', field: undefined }
  } finally {
    clearTimeout(timer)
    question.signal?.removeEventListener('abort', abort)
  }
}

const requestOf = (
  key: string,
  { method = 'GET', body, ifMatch, idempotencyKey }: Question,
): RequestInit => ({
  method,
  credentials: 'omit',
  headers: {
    ...bearer(key),
    ...(ifMatch !== undefined && { 'if-match': ifMatch }),
    ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  },
  ...(body !== undefined && { body: JSON.stringify(body) }),
})

// The detail of what is malformed begins with the field: `stock: must be …`, `limits.challenge: …`.
const refusalOf = (status: number, body: unknown): Refusal => {
  const { code = 'no-answer', detail = '', field } = (body ?? {}) as Partial<Refusal>
  const [, path, rest] = /^([\w/.]+): ([\s\S]+)$/.exec(detail) ?? []
  const named = field ?? path
  const about = { field: named?.split(/[/.]/).at(-1), path }
  return { ok: false, code, status, detail: rest ?? detail, ...about }
}
