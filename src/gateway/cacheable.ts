// An answer that anybody may keep for some seconds, and that says so when it has not changed.

import { createHash } from 'node:crypto'
import { type Answer, json } from './answers.ts'

export const cacheable = (value: unknown, { maxAgeSeconds }: { maxAgeSeconds: number }): Answer => {
  const body = JSON.stringify(value)
  const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 16)}"`
  return json(200, value, { 'cache-control': `public, max-age=${maxAgeSeconds}`, etag })
}

// The answer, or for whoever has it already (`If-None-Match`) that it is the same.
export const unlessKnown = (answer: Answer, known: string | undefined): Answer => {
  const { 'content-type': _, ...headers } = answer.headers
  const isKnown = known?.trim() === '*' || known?.includes(headers['etag']!)
  return isKnown ? { status: 304, headers, body: '' } : answer
}
