// Who is signed in. The session is kept in localStorage: a buyer opens the sale in another tab, a phone
// drops the page while the buyer is in the bank's app, and neither may cost the sign-in a minute before
// the opening. Purchase tokens lie beside it and go with it, so that a refresh in the herd asks for none.

import type { Answer } from '../../client/answer.ts'
import { ask, insist } from '../../client/ask.ts'
import { passOf, type Proved } from './challenge.ts'
import { keep, recall } from './keep.ts'
import type { Entry, Session } from '../../client/shapes.ts'

interface Account {
  name: string
  sessionToken: string
  purchaseTokens: Record<string, string> // by sale
}

export const ACCOUNT = 'seckill.account' // its name in localStorage

export const account = (): Account | undefined => read(recall(ACCOUNT))

const read = (text: string | null | undefined): Account | undefined => {
  try {
    return JSON.parse(text ?? 'null') ?? undefined
  } catch {
    return undefined // somebody else wrote there
  }
}

export interface Credentials {
  name: string
  password: string
}

// Whoever got no answer the first time may have the name already: then signing in is enough.
export const signUp = async (body: Credentials, signal: AbortSignal): Promise<Answer<Session>> => {
  const made = await ask('/api/buyers', { method: 'POST', body, signal })
  if (made.ok || (made.code === 'name-taken' && body.name === maybeOurs))
    return signIn(body, signal)
  if (made.code === 'no-answer') maybeOurs = body.name
  return made
}

let maybeOurs: string | undefined

export const signIn = async (body: Credentials, signal: AbortSignal): Promise<Answer<Session>> => {
  const answer = await ask<Session>('/api/sessions', { method: 'POST', body, signal })
  if (!answer.ok) return answer
  const { sessionToken } = answer.body
  put({ name: body.name, sessionToken, purchaseTokens: {} })
  return answer
}

// Here at once, and there if it can be reached: a session ends by itself as well.
export const signOut = async () => {
  const token = account()?.sessionToken
  forget()
  const signal = new AbortController().signal
  await ask('/api/sessions/current', { method: 'DELETE', token, signal })
}

// `ran out`: not because the buyer wanted it, and the sign-in form says so.
export const forget = (why?: 'ran out') => {
  ranOut = why === 'ran out'
  put(undefined)
}

export const hasRunOut = () => ranOut

let ranOut = false

export type Admission =
  | { admission: 'admitted'; token: string }
  | { admission: 'signed-out' }
  | { admission: 'waiting' }
  | { admission: 'too-early'; retryMs: number | undefined }
  | { admission: 'refused'; code: string }

export interface Entering {
  isStale: boolean // the one that is kept is not good any more
  signal: AbortSignal
  prove: (sessionToken: string) => Promise<Proved> // that one is no program, if the shop wants to know
}

// The right to attempt a sale: the one that is kept, or a new one.
export const enter = async (
  saleId: string,
  { isStale, signal, prove }: Entering,
): Promise<Admission> => {
  const before = account()
  if (before === undefined) return { admission: 'signed-out' }
  const kept = before.purchaseTokens[saleId]
  if (kept !== undefined && !isStale) return { admission: 'admitted', token: kept }
  const token = before.sessionToken
  let answer = await askToEnter(saleId, { token, signal })
  if (!answer.ok && answer.code === 'challenge-required') {
    const proved = await prove(token)
    if (proved !== 'passed') return { admission: 'refused', code: proved }
    answer = await askToEnter(saleId, { token, signal })
  }
  if (answer.ok) return admitted(before, { saleId, token: answer.body.purchaseToken })
  if (answer.status === 401) return signedOut()
  const { code, retryMs } = answer
  if (code === 'not-started') return { admission: 'too-early', retryMs }
  return { admission: 'refused', code }
}

const askToEnter = (saleId: string, of: { token: string; signal: AbortSignal }) =>
  insist<Entry>(`/api/sales/${saleId}/entries`, { method: 'POST', pass: passOf(saleId), ...of })

const admitted = (
  before: Account,
  { saleId, token }: { saleId: string; token: string | undefined },
): Admission => {
  if (token === undefined) return { admission: 'waiting' }
  const now = account()
  if (now?.sessionToken === before.sessionToken)
    put({ ...now, purchaseTokens: { ...now.purchaseTokens, [saleId]: token } }, 'quietly')
  return { admission: 'admitted', token }
}

const signedOut = (): Admission => {
  forget('ran out')
  return { admission: 'signed-out' }
}

// Told when somebody signs in or out, here or in another tab.
export const onAccount = (listener: () => void) => {
  changed = listener
  addEventListener('storage', ({ key, oldValue, newValue }) => {
    if (key === ACCOUNT && read(oldValue)?.name !== read(newValue)?.name) listener()
  })
}

let changed: () => void = () => undefined

const put = (value: Account | undefined, how?: 'quietly') => {
  keep(ACCOUNT, value && JSON.stringify(value))
  if (how !== 'quietly') changed()
}
