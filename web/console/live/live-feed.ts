// The overview, every second: from the stream while there is one, by asking while there is none. Ends when
// the signal is aborted.

import { bearer, call } from '../asking/api.ts'
import { eventData, pause } from '../asking/pause.ts'
import { session } from '../asking/session.ts'
import type { Overview } from '../shapes.ts'

export type FeedState = 'waiting' | 'stream' | 'polling' | 'lost'

export interface FeedListener {
  seen(overview: Overview): void
  state(state: FeedState): void
}

const EVERY_MS = 1000
const SILENT_MS_MAX = 5000 // a stream that says nothing for so long is lost
const POLLS = 5 // before the stream is tried again

export const followOverview = async (listener: FeedListener, signal: AbortSignal) => {
  for (;;) {
    await readStream(listener, signal)
    for (let polls = 0; polls < POLLS; polls += 1) {
      const answer = await call<Overview>('/api/admin/overview', { signal })
      listener.state(answer.ok ? 'polling' : 'lost')
      if (answer.ok) listener.seen(answer.body)
      await pause(EVERY_MS, signal)
    }
  }
}

// Returns when the stream is over, for whatever reason.
const readStream = async (listener: FeedListener, signal: AbortSignal) => {
  const ending = new AbortController()
  const end = () => ending.abort()
  signal.addEventListener('abort', end)
  let silence = setTimeout(end, SILENT_MS_MAX)
  try {
    const headers = bearer(session()?.key ?? '')
    const options = { headers, credentials: 'omit', signal: ending.signal } as const
    const response = await fetch('/api/admin/overview/events', options)
    if (!response.ok || response.body === null) return
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    const dataIn = eventData()
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      clearTimeout(silence)
      silence = setTimeout(end, SILENT_MS_MAX)
      for (const data of dataIn(value)) {
        listener.state('stream')
        listener.seen(JSON.parse(data) as Overview)
      }
    }
  } catch {
    // The connection broke: asking says whether anybody is there.
  } finally {
    clearTimeout(silence)
    end()
    signal.removeEventListener('abort', end)
  }
  signal.throwIfAborted()
}
