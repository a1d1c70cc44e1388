// What the API says of something now, read again and again while somebody looks at it. The last good
// answer stays when a later one is a refusal.

import { useEffect, useState } from 'preact/hooks'
import { call, type Refusal } from './api.ts'
import { pause } from './pause.ts'

export interface Polled<Body> {
  body: Body | undefined
  etag: string | undefined
  refusal: Refusal | undefined // of the newest answer
  reload(): void
}

export const usePolled = <Body>(path: string, everyMs: number): Polled<Body> => {
  const [seen, setSeen] = useState<Omit<Polled<Body>, 'reload'>>(NOTHING)
  const [round, setRound] = useState(0)
  useEffect(() => {
    const leaving = new AbortController()
    const { signal } = leaving
    const follow = async () => {
      for (;;) {
        if (document.visibilityState === 'visible') {
          const answer = await call<Body>(path, { signal })
          if (answer.ok) setSeen({ body: answer.body, etag: answer.etag, refusal: undefined })
          else setSeen((before) => ({ ...before, refusal: answer }))
        }
        await pause(everyMs, signal)
      }
    }
    follow().catch((error: unknown) => {
      if (!signal.aborted) throw error
    })
    return () => leaving.abort()
  }, [path, everyMs, round])
  return { ...seen, reload: () => setRound((before) => before + 1) }
}

const NOTHING = { body: undefined, etag: undefined, refusal: undefined }
