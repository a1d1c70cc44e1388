// What must hold of every answer, whatever was asked: it is HTTP, it is one that this server means to give,
// and a refusal says what it is in the usual way.

import { type ProblemCode, PROBLEMS, PUT_OFF } from '../../../src/gateway/answers.ts'
import type { Heard } from './wire.ts'

// Of those that are the server's own fault: said on purpose, and never for long.
const DELIBERATE: string[] = ['busy', 'paused', 'rebuilding'] satisfies ProblemCode[]

const isCode = (code: unknown): code is ProblemCode => typeof code === 'string' && code in PROBLEMS

// Undefined: all is well.
export const answerFault = ({ status, headers, body }: Heard, isHead: boolean) => {
  if (headers['x-request-id'] === undefined) return 'no request id'
  if (headers['x-content-type-options'] === undefined) return 'its type is left to the browser'
  if (status < 400) return status >= 200 && status !== 206 ? undefined : 'nobody asked for this'
  if (headers['content-type'] !== 'application/problem+json')
    return isReport({ status, body }) || isPage({ status, headers })
      ? undefined
      : `no problem document: ${headers['content-type']}`
  return isHead ? undefined : problemFault({ status, headers, body })
}

// /readyz says what is missing, and is no refusal.
const isReport = ({ status, body }: { status: number; body: string }) =>
  status === 503 && (body === '' || body.startsWith('{"ready":false,'))

// Of a sale that does not exist there is still a page, for whoever came by a browser.
const isPage = ({ status, headers }: Pick<Heard, 'status' | 'headers'>) =>
  status === 404 && headers['content-type'] === 'text/html; charset=utf-8'

const parsed = (body: string): Record<string, unknown> => {
  try {
    return JSON.parse(body)
  } catch {
    return { code: `not in ${JSON.stringify(body)}` }
  }
}

const problemFault = ({ status, headers, body }: Heard): string | undefined => {
  const { code, status: said, type, title } = parsed(body)
  if (!isCode(code)) return `a code that nobody knows: ${String(code)}`
  if (status !== said || status !== PROBLEMS[code][0]) return `${code} is not ${status}`
  if (type !== `urn:seckill:problem:${code}` || title !== PROBLEMS[code][1]) return `${code}: title`
  if (status >= 500 && !DELIBERATE.includes(code)) return `${code}: nobody meant to say that`
  if (PUT_OFF.includes(code) && !/^\d+$/.test(headers['retry-after'] ?? ''))
    return `${code} does not say when to ask again`
  return undefined
}
