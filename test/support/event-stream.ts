// An event stream, read with `fetch` as browsers do it.

import type { Json } from './engine.ts'

export interface EventStream extends AsyncDisposable {
  status: number
  headers: Headers
  next(): Promise<Json> // the data of the next event; undefined: the stream has ended
  raw(): string // all that has come
}

const NEXT_WITHIN_MS = 10_000

export const openStream = async (
  url: string,
  { credential }: { credential: string },
): Promise<EventStream> => {
  const leaving = new AbortController()
  const signal = AbortSignal.any([leaving.signal, AbortSignal.timeout(NEXT_WITHIN_MS)])
  const headers = { authorization: `Bearer ${credential}` }
  const response = await fetch(url, { headers, signal })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  let read = 0
  const next = async (): Promise<Json> => {
    for (;;) {
      const end = text.indexOf('\n\n', read)
      if (end >= 0) {
        const block = text.slice(read, end)
        read = end + 2
        const data = /^data: (.*)$/m.exec(block)?.[1]
        if (data !== undefined) return JSON.parse(data)
        continue
      }
      const { done, value } = await reader.read()
      if (done) return undefined
      text += value
    }
  }
  return {
    status: response.status,
    headers: response.headers,
    next,
    raw: () => text,
    async [Symbol.asyncDispose]() {
      leaving.abort()
      await reader.cancel().catch(() => undefined)
    },
  }
}
